// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.meterbill.AlarmBoard;
import org.meterbill.Commands;
import org.meterbill.Document;
import org.meterbill.FrameCodec;
import org.meterbill.Heat;
import org.meterbill.Keyset;
import org.meterbill.Ledger;
import org.meterbill.MeterbillException;
import org.meterbill.PriceRequest;
import org.meterbill.Priced;
import org.meterbill.Rounding;
import org.meterbill.Split;
import org.meterbill.Store;
import org.meterbill.StoreBilling;
import org.meterbill.Tariff;
import org.meterbill.TokenKeys;
import org.meterbill.VersionChange;
import org.meterbill.Zone;

/**
 * The command lines of the program meterbill that the published cases use, over the Java library: tests/golden/through.py gives them one a line, as {"args": […], "stdin": "…"}, and
 * holds each answer {"code", "stdout", "stderr"} against the program's. {"skip": why} is answered to a line that Java does not take.
 */
final class Program {
    private final List<String> operands = new ArrayList<>();
    private final Map<String, String> options = new HashMap<>();
    private final String stdin;
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder err = new StringBuilder();

    private Program(List<String> arguments, String stdin) {
        this.stdin = stdin;
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (!word.startsWith("--")) {
                operands.add(word);
            } else if (word.equals("--json")) {
                options.put(word, "");
            } else {
                options.put(word, arguments.get(++i));
            }
        }
    }

    /** A call that has no counterpart here. */
    private static final class Skip extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Skip(String why) {
            super(why);
        }
    }

    /** Answers until its input ends. */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Document call = Document.parse(line);
            List<String> words = call.get("args").stream().map(Document::text).collect(Collectors.toList());
            answers.println(new Program(words, call.has("stdin") ? call.get("stdin").text() : "").answer());
        }
    }

    private String answer() throws IOException {
        int code;
        try {
            code = run();
        } catch (Skip skip) {
            return "{\"skip\":" + quoted(skip.getMessage()) + "}";
        } catch (MeterbillException refusal) {
            code = refuse(refusal);
        }
        return "{\"code\":" + code + ",\"stdout\":" + quoted(out.toString()) + ",\"stderr\":" + quoted(err.toString()) + "}";
    }

    private int refuse(MeterbillException refusal) {
        err.append("meterbill: ").append(refusal.reason()).append('\n');
        out.append("{\"meterbill\":1,\"kind\":\"error\",\"status\":\"MBILL_").append(refusal.status().name()).append("\",\"message\":").append(quoted(refusal.reason()));
        if (!refusal.path().isEmpty()) {
            out.append(",\"path\":").append(quoted(refusal.path()));
        }
        refusal.index().ifPresent(index -> out.append(",\"index\":").append(index));
        out.append("}\n");
        return 1;
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            quoted.append(c == '"' || c == '\\' || c < ' ' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return quoted.append('"').toString();
    }

    private static String file(String name) throws IOException {
        return Files.readString(Paths.get(name));
    }

    private String optional(String option) throws IOException {
        return options.containsKey(option) ? file(options.get(option)) : null;
    }

    private void say(Object answer) {
        out.append(answer).append('\n');
    }

    private int run() throws IOException {
        String noun = operands.get(0);
        String verb = operands.size() > 1 ? operands.get(1) : "";
        switch (noun) {
            case "price":
                return price();
            case "buy":
                return buy();
            case "meter-tables":
                return meterTables();
            case "alarm":
                return alarmRun();
            case "frame":
                return verb.equals("decode") ? decode() : encode();
            case "token":
                return token(verb);
            case "command":
                return verb.equals("open") ? openCommand() : openReceipt();
            case "split":
                return split();
            case "ledger":
                return ledger();
            case "heat":
                return heat(verb);
            case "convert":
                return convert();
            case "bill":
                return bill(verb);
            default:
                throw new Skip(noun + " is not in the Java library yet");
        }
    }

    // --- tariffs ---

    private int price() throws IOException {
        int last = operands.size() - 1;
        PriceRequest request = PriceRequest.of(file(operands.get(last))).facts(optional("--facts")).position(optional("--position"));
        List<Tariff> versions = new ArrayList<>();
        try {
            for (String one : operands.subList(1, last)) {
                versions.add(Tariff.compile(Paths.get(one)));
            }
            Priced priced = versions.size() == 1 ? versions.get(0).price(request) : Tariff.priceVersions(versions, request, change());
            Document again = Document.parse(Tariff.checkVersions(versions, priced.bill()).toString());
            if (!again.toString().equals(priced.bill().toString()) || Tariff.explainVersions(versions, priced.bill()).count() < again.get("lines").stream().count()) {
                throw new IllegalStateException("the bill read back is " + again);
            }
            say(priced);
        } finally {
            versions.forEach(Tariff::close);
        }
        return 0;
    }

    private VersionChange change() {
        if (options.getOrDefault("--change", "").equals("readings")) {
            return VersionChange.byReadings();
        }
        String[] rule = options.getOrDefault("--change-round", "none").split(",");
        return rule.length == 1 ? VersionChange.byDays() : VersionChange.byDays(new BigDecimal(rule[0]), Rounding.valueOf(rule[1].toUpperCase(Locale.ROOT)));
    }

    private int buy() throws IOException {
        String json = file(operands.get(1));
        Instant at = instant(options.get("--at"), json);
        try (Tariff tariff = Tariff.compile(json)) {
            say(tariff.buy(new BigDecimal(options.get("--money")), at, optional("--facts"), optional("--position")));
        }
        return 0;
    }

    /** An instant with its offset, or one of the tariff's zone. */
    private static Instant instant(String text, String tariff) {
        try (Zone zone = Zone.ofRule(Document.parse(tariff).get("zone").text())) {
            return zone.parse(text);
        }
    }

    private int meterTables() throws IOException {
        String json = file(operands.get(1));
        Instant at = instant(options.get("--at"), json);
        Instant to = options.containsKey("--to") ? instant(options.get("--to"), json) : at.plusSeconds(366L * 86400);
        try (Tariff tariff = Tariff.compile(json)) {
            Document tables = tariff.meterTables(optional("--profile"), at, to);
            tariff.checkMeterTables(tables.toString());
            say(tables);
        }
        return 0;
    }

    // --- ledger, shared costs, heat ---

    private int split() throws IOException {
        try (Split split = Split.of(stdin)) {
            if (options.containsKey("--verify")) {
                split.verify(file(options.get("--verify")));
                say("{\"meterbill\":1,\"kind\":\"verified\",\"parts\":" + split.answer().get("parts").stream().count() + "}");
                return 0;
            }
            String form = options.getOrDefault("--as", "");
            if (form.equals("ledger")) {
                split.operations().forEach(this::say);
            } else if (form.equals("bills")) {
                split.bills().forEach(this::say);
            } else {
                say(split.answer());
            }
        }
        return 0;
    }

    private int ledger() throws IOException {
        if (operands.get(1).equals("verify")) {
            return verify();
        }
        if (operands.size() < 3 || !Files.exists(Paths.get(operands.get(2)))) {
            throw new Skip("a ledger by lines");
        }
        if (options.containsKey("--store")) {
            Path file = Paths.get(options.get("--store"));
            try (Store store = Files.exists(file) ? Store.open(file) : Store.create(file)) {
                say(store.ledger().apply(file(operands.get(2))));
            }
            return 0;
        }
        try (Ledger ledger = Ledger.open()) {
            say(ledger.apply(file(operands.get(2))));
        }
        return 0;
    }

    private int verify() {
        try (Store store = Store.open(Paths.get(operands.get(2)))) {
            byte[] journal = store.ledger().journal();
            say("{\"meterbill\":1,\"kind\":\"ledger_head\",\"records\":" + store.ledger().verify() + ",\"hash\":\"" + Hex.of(Arrays.copyOfRange(journal, 16, 48)) + "\"}");
        }
        return 0;
    }

    private int bill(String verb) throws IOException {
        if (!verb.equals("try")) {
            throw new Skip("bill " + verb);
        }
        say(StoreBilling.tryOut(file(operands.get(2))));
        return 0;
    }

    private int heat(String verb) throws IOException {
        switch (verb) {
            case "settle":
                say(Heat.settle(file(operands.get(2))));
                break;
            case "energy":
                say(Heat.energy(operands.size() > 2 ? file(operands.get(2)) : oneRecord()));
                break;
            case "water":
                Document water = Heat.water(number("--temperature"), pascal());
                say("{\"meterbill\":1,\"kind\":\"heat_water\"," + texts("temperature", plain("--temperature"), "pressure_mpa", pressure(), "volume_m3_per_kg", scaled(water, "volume_pico", 12),
                    "enthalpy_kj_per_kg", scaled(water, "enthalpy_nano", 9)) + "}");
                break;
            default:
                Document k = Heat.coefficient(number("--flow"), number("--return"), pascal(), Heat.Side.valueOf(options.get("--side").toUpperCase(Locale.ROOT)));
                say("{\"meterbill\":1,\"kind\":\"heat_coefficient\"," + texts("flow", plain("--flow"), "return", plain("--return"), "pressure_mpa", pressure(), "side", options.get("--side"),
                    "k_kwh", scaled(k, "kwh_pico", 12), "k_mj", scaled(k, "mj_pico", 12)) + "}");
        }
        return 0;
    }

    private BigDecimal number(String option) {
        return new BigDecimal(options.get(option));
    }

    private static String scaled(Document of, String key, int places) {
        return BigDecimal.valueOf(of.get(key).whole(), places).stripTrailingZeros().toPlainString();
    }

    private String plain(String option) {
        return number(option).stripTrailingZeros().toPlainString();
    }

    private String pressure() {
        return new BigDecimal(options.getOrDefault("--pressure", "1.6")).stripTrailingZeros().toPlainString();
    }

    private long pascal() {
        return new BigDecimal(pressure()).movePointRight(6).longValueExact();
    }

    private static String texts(String... pairs) {
        StringBuilder members = new StringBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            members.append(i > 0 ? "," : "").append(quoted(pairs[i])).append(':').append(quoted(pairs[i + 1]));
        }
        return members.toString();
    }

    /** The options as the document that says the same. */
    private String oneRecord() {
        return "{\"meterbill\":1,\"kind\":\"heat_records\",\"meter\":{" + texts("side", options.get("--side"), "unit", options.getOrDefault("--unit", "kWh")) + "},\"records\":[{"
            + texts("volume", options.get("--volume"), "flow", options.get("--flow"), "return", options.get("--return")) + "}]}";
    }

    private int convert() throws IOException {
        BigDecimal value = new BigDecimal(operands.get(1));
        String[] round = options.getOrDefault("--round", "0.000001,half_even").split(",");
        say(Heat.convert(value, operands.get(2), operands.get(3), optional("--facts"), new BigDecimal(round[0]), Rounding.valueOf(round[1].toUpperCase(Locale.ROOT))));
        return 0;
    }

    // --- alarms ---

    private int alarmRun() throws IOException {
        Path state = options.containsKey("--state") ? Paths.get(options.get("--state")) : null;
        try (AlarmBoard board = AlarmBoard.open(file(operands.get(2)))) {
            if (state != null && Files.exists(state)) {
                board.load(Files.readString(state));
            }
            List<String> answers = board.take(stdin).collect(Collectors.toList());
            answers.forEach(this::say);
            if (state != null) {
                Files.writeString(state, board.save() + "\n");
            }
            return answers.stream().anyMatch(answer -> Document.parse(answer).has("refused")) ? 1 : 0;
        }
    }

    // --- frames ---

    private FrameCodec codec() throws IOException {
        String protocol = options.get("--protocol");
        if (!FrameCodec.protocols().contains(protocol)) {
            throw new Skip("the program says which protocols there are");
        }
        return FrameCodec.open(protocol, optional("--profile"));
    }

    private int decode() throws IOException {
        try (FrameCodec codec = codec()) {
            String request = options.get("--request");
            Document said = codec.decode(Hex.bytes(String.join("", operands.subList(2, operands.size()))), request == null ? null : Hex.bytes(request));
            say(said);
            if (!said.has("layer")) {
                return 0;
            }
            err.append("meterbill: ").append(said.get("layer").text()).append(": ").append(said.get("message").text()).append('\n');
            return 1;
        }
    }

    private int encode() throws IOException {
        try (FrameCodec codec = codec()) {
            byte[] frame = codec.encode(stdin);
            StringBuilder digits = new StringBuilder();
            for (byte one : frame) {
                digits.append(digits.length() > 0 ? " " : "").append(String.format("%02X", one));
            }
            say(digits);
        }
        return 0;
    }

    // --- tokens, commands ---

    private int token(String verb) throws IOException {
        try (TokenKeys keys = TokenKeys.open(Files.readAllBytes(Paths.get(options.get("--keys"))))) {
            String request = file(operands.get(2));
            say(verb.equals("make") ? keys.make(request) : keys.read(request));
        }
        return 0;
    }

    private int openCommand() {
        String[] trusted = options.get("--public").split(":");
        byte[] message = Hex.bytes(operands.get(2));
        long now = OffsetDateTime.parse(options.get("--now")).toEpochSecond();
        try (Keyset keyset = Keyset.trust(trusted[0], List.of(Hex.bytes(trusted[1])))) {
            say(keyset.openCommand(options.get("--realm"), message, now).toString().replaceFirst("^\\{", "{\"meterbill\":1,\"kind\":\"command_open\","));
        }
        return 0;
    }

    private int openReceipt() {
        Document opened = Commands.openReceipt(Hex.bytes(options.get("--public")), options.get("--realm"), Hex.bytes(operands.get(2)));
        say(opened.toString().replaceFirst("^\\{", "{\"meterbill\":1,\"kind\":\"receipt_open\","));
        return 0;
    }
}
