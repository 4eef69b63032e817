// SPDX-License-Identifier: Apache-2.0

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.meterbill.Commands;
import org.meterbill.Document;
import org.meterbill.Keyset;
import org.meterbill.Ledger;
import org.meterbill.MeterbillException;
import org.meterbill.Signer;

/** A household's money ends, and its supply is cut by a command that nobody can forge, repeat or use elsewhere: decided, signed, checked, taken once. The key is that of an example everybody
 * knows (RFC 8032, section 7.1). */
class Disconnect {
    private static final String SECRET = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    private static final String REALM = "demo";
    private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");

    private static byte[] bytes(String hex) {
        byte[] bytes = new byte[hex.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    /** The ledger decides: what use left is below 0. The id of the entry becomes that of the command. */
    private static String decide() {
        String id = String.format("%032x", 2);
        try (Ledger ledger = Ledger.open()) {
            ledger.take("{\"do\":\"open\",\"id\":\"" + String.format("%032x", 1) + "\",\"account\":7}", "\"DLT\"", NOON);
            Document answer = ledger.take("{\"do\":\"usage\",\"id\":\"" + id + "\",\"account\":7,\"amount\":\"0.50\",\"supply\":[{\"account\":7,\"contactor\":\"closed\"}]}", null, NOON);
            String supply = answer.get("supply").items().get(0).get("supply").text().toLowerCase(Locale.ROOT);
            System.out.println("credit " + ledger.account(7).get("credit").decimal().setScale(2) + ": " + supply);
        }
        return id;
    }

    private static void refused(String what, Keyset keys, String realm, byte[] message, Instant now) {
        try {
            keys.openCommand(realm, message, now.getEpochSecond());
            throw new AssertionError(what + ": taken");
        } catch (MeterbillException refusal) {
            System.out.println(what + ": " + refusal.reason());
        }
    }

    public static void main(String[] arguments) {
        String command = "{\"meterbill\": 1, \"kind\": \"command\", \"command\": \"trip\", \"target\": \"e/000000000001\", \"id\": \"" + decide() + "\", \"seq\": 1,"
            + " \"made\": \"2026-01-05T12:00:00Z\", \"ends\": \"2026-01-05T12:05:00Z\"}";
        byte[] message;
        byte[] publicKey;
        try (Signer signer = Signer.open(bytes(SECRET))) {
            message = signer.signCommand(REALM, command);
            publicKey = signer.publicKey();
        }
        System.out.println("signed, " + message.length + " bytes");
        try (Keyset keys = Keyset.trust("relay", List.of(publicKey))) {
            Document opened = keys.openCommand(REALM, message, NOON.plusSeconds(60).getEpochSecond()).get("command");
            System.out.println("checked: " + opened.get("command").text() + " " + opened.get("target").text());
            refused("elsewhere", keys, "town", message, NOON.plusSeconds(60));
            refused("too late", keys, REALM, message, NOON.plusSeconds(3600));
            byte[] hash = Commands.hash(message);
            Document taken = Commands.admit(opened.toString(), hash, null, null, null);
            Document again = Commands.admit(opened.toString(), hash, hash, bytes(taken.get("replay").text()), null);
            System.out.println("taken, and when it comes again: " + (again.get("repeat").truth() ? "known" : "new"));
        }
    }
}
