// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.Objects;

/**
 * The limits of a gateway: who signed, groups, quotas, pace, what must hold when a command runs, what evidence means. States are bytes that the caller keeps, in the same transaction as what the
 * command does; no bytes: nothing yet. A store has all of this in {@link Store#commands}.
 */
public final class Gateway {
    private static final int BALANCE = 1;
    private static final int STATUS = 2;
    private static final int KEEP_POWER = 4;
    private static final int SAME = 4;
    private static final int VALVE = 2;

    private Gateway() {}

    /** What the C side takes as no bytes. */
    private static byte[] none(byte[] before) {
        return before == null ? new byte[0] : before;
    }

    /**
     * The name of one key that signed a command which was opened.
     *
     * @param message the message
     * @param nth     from 0
     * @return 8 bytes
     * @throws MeterbillException {@link Status#E_NOT_FOUND}: so many have not signed
     */
    public static byte[] signer(byte[] message, int nth) {
        NativeLoader.load();
        Objects.requireNonNull(message, "message");
        return Text.bytes(out -> MeterbillNative.mbill_face_gateway_signer(message, nth, out));
    }

    /**
     * Is a group's command for these meters, and signed by enough?
     *
     * @param keyset  whom to trust
     * @param realm   as it was signed
     * @param message the message
     * @param targets all meters of the group, rising by bytes
     * @param now     now, a whole second
     * @throws MeterbillException {@link Status#E_GROUP}, {@link Status#E_THRESHOLD}; and as {@link Keyset#openCommand}
     */
    public static void checkTargets(Keyset keyset, String realm, byte[] message, Collection<String> targets, Instant now) {
        byte[] where = Text.utf8(realm);
        byte[] meters = Text.utf8(StoreCommands.lines(targets));
        long when = Times.utcSeconds(now, "now");
        Objects.requireNonNull(message, "message");
        keyset.call(keys -> MeterbillNative.mbill_face_gateway_targets(keys, where, when, message, meters));
    }

    /**
     * Counts a command against what one of its signers may on a day.
     *
     * @param keyset  whom to trust
     * @param realm   as it was signed
     * @param message the message
     * @param nth     which signer, from 0
     * @param before  the state that this gave for the key; null: none
     * @param now     now, a whole second
     * @return the state to keep
     * @throws MeterbillException {@link Status#E_QUOTA}: more than the key may; and as {@link Keyset#openCommand}
     */
    public static byte[] countQuota(Keyset keyset, String realm, byte[] message, int nth, byte[] before, Instant now) {
        byte[] where = Text.utf8(realm);
        long when = Times.utcSeconds(now, "now");
        Objects.requireNonNull(message, "message");
        return keyset.bytes((keys, out) -> MeterbillNative.mbill_face_gateway_quota(keys, where, when, message, nth, none(before), out));
    }

    /**
     * Counts of how many meters supply is taken in a minute; other commands pass.
     *
     * @param command a document of kind "command"
     * @param limit   how many a minute
     * @param before  the state that this gave; null: none
     * @param now     now, a whole second
     * @return the state to keep
     * @throws MeterbillException {@link Status#E_PACE}: too many
     */
    public static byte[] countPace(String command, long limit, byte[] before, Instant now) {
        byte[] text = Text.utf8(command);
        long when = Times.utcSeconds(now, "now");
        return Text.bytes(out -> MeterbillNative.mbill_face_gateway_pace(text, limit, when, none(before), out));
    }

    /**
     * May a command run now? What is not known is not met.
     *
     * @param command    a document of kind "command"
     * @param now        now, a whole second
     * @param balance    of the account; null: not known
     * @param statusWord status word 3 of the meter; null: not known
     * @param keepsPower whether the meter's power is kept
     * @throws MeterbillException {@link Status#E_EXPIRED}, {@link Status#E_NOT_YET}, {@link Status#E_KEEP_POWER}, {@link Status#E_PRECONDITION}
     */
    public static void mayRun(String command, Instant now, BigDecimal balance, Integer statusWord, boolean keepsPower) {
        byte[] text = Text.utf8(command);
        long when = Times.utcSeconds(now, "now");
        int has = (balance == null ? 0 : BALANCE) | (statusWord == null ? 0 : STATUS) | (keepsPower ? KEEP_POWER : 0);
        long micro = balance == null ? 0 : Decimals.micro(balance, "balance");
        MeterbillNative.mbill_face_gateway_may_run(text, when, has, micro, statusWord == null ? 0 : statusWord);
    }

    /**
     * Is the reply in a receipt of this meter?
     *
     * @param receipt a document of kind "receipt"
     * @param meter   the meter, as commands name it
     * @throws MeterbillException {@link Status#E_ADDRESS}: of another, or of none
     */
    public static void isFrom(String receipt, String meter) {
        MeterbillNative.mbill_face_gateway_receipt_from(Text.utf8(receipt), Text.utf8(meter));
    }

    /** Where a valve stands. */
    public enum Valve {
        /** Water flows. */
        OPEN(0),
        /** None does. */
        CLOSED(1),
        /** Neither. */
        FAULT(3);

        private final int bits;

        Valve(int bits) {
            this.bits = bits;
        }
    }

    /**
     * What is proved of a command.
     *
     * @param command    its name, such as "trip"
     * @param answer     "none", "accepted", "refused" or "other"
     * @param statusWord status word 3 as it was read back; null: it was not
     * @param valve      the valve as it was read back; null: it was not
     * @param same       what was written was read back, and is the same
     * @return "accepted", "confirmed", "refused" or "unknown"
     * @throws MeterbillException {@link Status#E_NOT_FOUND}: no such command, no such answer
     */
    public static String judge(String command, String answer, Integer statusWord, Valve valve, boolean same) {
        byte[] name = Text.utf8(command);
        byte[] what = Text.utf8(answer);
        int has = (statusWord == null ? 0 : 1) | (valve == null ? 0 : VALVE) | (same ? SAME : 0);
        return Text.answer(out -> MeterbillNative.mbill_face_gateway_judge(name, what, has, statusWord == null ? 0 : statusWord, valve == null ? 0 : valve.bits, out));
    }
}
