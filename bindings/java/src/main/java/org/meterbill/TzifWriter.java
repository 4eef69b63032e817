// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneOffsetTransitionRule;
import java.time.zone.ZoneOffsetTransitionRule.TimeDefinition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;

/** Java's rules of a zone as the bytes of a TZif file (RFC 8536, version 3): the transitions, and behind them the rule that goes on as a POSIX text. */
final class TzifWriter {
    /** Where a rule for ever cannot be said, transitions are written up to here. */
    private static final Instant HORIZON = Instant.parse("2399-12-31T00:00:00Z");
    private static final int DAY_S = 86400;

    private final ZoneRules rules;
    private final List<ZoneOffsetTransition> transitions = new ArrayList<>();
    private final List<int[]> types = new ArrayList<>();
    private final String footer;

    private TzifWriter(ZoneRules rules) {
        this.rules = rules;
        this.transitions.addAll(rules.getTransitions());
        String rule = ruleOf(rules);
        if (rule == null) {
            expand();
        }
        this.footer = rule == null ? standard(rules.getStandardOffset(HORIZON)) : rule;
    }

    static byte[] bytes(ZoneRules rules) {
        return new TzifWriter(rules).file();
    }

    private void expand() {
        Instant last = transitions.isEmpty() ? Instant.EPOCH : transitions.get(transitions.size() - 1).getInstant();
        for (ZoneOffsetTransition next = rules.nextTransition(last); next != null && next.getInstant().isBefore(HORIZON); next = rules.nextTransition(next.getInstant())) {
            transitions.add(next);
        }
    }

    // --- the rule for ever ---

    /** The POSIX text; null where there is none that says the same. */
    private static String ruleOf(ZoneRules rules) {
        List<ZoneOffsetTransitionRule> last = rules.getTransitionRules();
        if (last.isEmpty()) {
            List<ZoneOffsetTransition> all = rules.getTransitions();
            return standard(all.isEmpty() ? rules.getOffset(Instant.EPOCH) : all.get(all.size() - 1).getOffsetAfter());
        }
        if (last.size() != 2) {
            return null;
        }
        ZoneOffsetTransitionRule begin = last.get(0).getOffsetAfter().getTotalSeconds() > last.get(0).getOffsetBefore().getTotalSeconds() ? last.get(0) : last.get(1);
        ZoneOffsetTransitionRule end = begin == last.get(0) ? last.get(1) : last.get(0);
        String from = date(begin);
        String to = date(end);
        return from == null || to == null ? null : standard(end.getOffsetAfter()) + name(begin.getOffsetAfter()) + posix(begin.getOffsetAfter().getTotalSeconds()) + "," + from + "," + to;
    }

    private static String standard(ZoneOffset offset) {
        return name(offset) + posix(offset.getTotalSeconds());
    }

    private static String name(ZoneOffset offset) {
        String text = clock(Math.abs(offset.getTotalSeconds()), true);
        return "<" + (offset.getTotalSeconds() < 0 ? "-" : "+") + text + ">";
    }

    /** Hours west of UTC, as POSIX counts them. */
    private static String posix(int eastS) {
        return (eastS > 0 ? "-" : "") + clock(Math.abs(eastS), false);
    }

    private static String clock(int seconds, boolean packed) {
        int hours = seconds / 3600;
        int minutes = seconds / 60 % 60;
        int rest = seconds % 60;
        String colon = packed ? "" : ":";
        String text = packed ? String.format("%02d", hours) : Integer.toString(hours);
        if (minutes != 0 || rest != 0) {
            text += colon + String.format("%02d", minutes);
        }
        return rest == 0 ? text : text + colon + String.format("%02d", rest);
    }

    /** "M3.5.0/2"; a weekday on or after another day than 1, 8, 15 and 22 is an earlier weekday and more hours. */
    private static String date(ZoneOffsetTransitionRule rule) {
        int day = rule.getDayOfMonthIndicator();
        DayOfWeek weekday = rule.getDayOfWeek();
        int seconds = localSecond(rule);
        if (weekday == null) {
            return null;
        }
        int week = day < 0 ? 5 : 1 + (day - 1) / 7;
        int later = day < 0 ? 0 : (day - 1) % 7;
        if (day < -1 || week > 4 && day > 0) {
            return null;
        }
        int number = Math.floorMod(weekday.getValue() % 7 - later, 7);
        int at = seconds + later * DAY_S;
        return "M" + rule.getMonth().getValue() + "." + week + "." + number + "/" + (at < 0 ? "-" : "") + clock(Math.abs(at), false);
    }

    /** The second of the day on the clock before the transition. */
    private static int localSecond(ZoneOffsetTransitionRule rule) {
        LocalTime time = rule.getLocalTime();
        int second = rule.isMidnightEndOfDay() ? DAY_S : time.toSecondOfDay();
        if (rule.getTimeDefinition() == TimeDefinition.UTC) {
            return second + rule.getOffsetBefore().getTotalSeconds();
        }
        if (rule.getTimeDefinition() == TimeDefinition.STANDARD) {
            return second + rule.getOffsetBefore().getTotalSeconds() - rule.getStandardOffset().getTotalSeconds();
        }
        return second;
    }

    // --- the file ---

    private int type(ZoneOffset offset, boolean summer) {
        for (int i = 0; i < types.size(); i++) {
            if (types.get(i)[0] == offset.getTotalSeconds() && types.get(i)[1] == (summer ? 1 : 0)) {
                return i;
            }
        }
        types.add(new int[] {offset.getTotalSeconds(), summer ? 1 : 0});
        return types.size() - 1;
    }

    private int typeAfter(ZoneOffsetTransition transition) {
        return type(transition.getOffsetAfter(), !rules.getStandardOffset(transition.getInstant()).equals(transition.getOffsetAfter()));
    }

    private byte[] file() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            header(out, 0, 1);
            out.write(new byte[] {0, 0, 0, 0, 0, 0, 0}); // one type and its name: for readers of version 1 alone
            ZoneOffset first = transitions.isEmpty() ? rules.getOffset(Instant.EPOCH) : transitions.get(0).getOffsetBefore();
            type(first, false);
            int[] after = transitions.stream().mapToInt(this::typeAfter).toArray();
            header(out, after.length, types.size());
            for (ZoneOffsetTransition transition : transitions) {
                out.writeLong(transition.toEpochSecond());
            }
            for (int one : after) {
                out.writeByte(one);
            }
            for (int[] one : types) {
                out.writeInt(one[0]);
                out.writeByte(one[1]);
                out.writeByte(0);
            }
            out.writeByte(0);
            out.write(("\n" + footer + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException never) {
            throw new UncheckedIOException(never);
        }
        return bytes.toByteArray();
    }

    private static void header(DataOutputStream out, int nTransitions, int nTypes) throws IOException {
        out.write("TZif3".getBytes(StandardCharsets.US_ASCII));
        out.write(new byte[15]);
        out.writeInt(0);
        out.writeInt(0);
        out.writeInt(0);
        out.writeInt(nTransitions);
        out.writeInt(nTypes);
        out.writeInt(1);
    }
}
