// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * An account's use over the span of one bill: a document of kind "usage". Immutable.
 *
 * <pre>{@code
 * Usage usage = Usage.between(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 2, 1)).total("import", new BigDecimal("152.75")).build();
 * }</pre>
 */
public final class Usage {
    private final String json;

    private Usage(String json) {
        this.json = json;
    }

    /**
     * From a document.
     *
     * @param json a document of kind "usage"; it is read when it is priced
     * @return the use
     */
    public static Usage of(String json) {
        return new Usage(Objects.requireNonNull(json, "json"));
    }

    /**
     * Begins the use of a span of days, of the tariff's zone.
     *
     * @param from the first day
     * @param to   the day after the last
     * @return what takes the registers
     */
    public static Builder between(LocalDate from, LocalDate to) {
        return new Builder(from.toString(), to.toString());
    }

    /**
     * Begins the use of a span.
     *
     * @param from its first instant, a whole second
     * @param to   its end, not included
     * @return what takes the registers
     * @throws MeterbillException {@link Status#E_DIGITS}: no whole second
     */
    public static Builder between(Instant from, Instant to) {
        return new Builder(Times.text(from, "from"), Times.text(to, "to"));
    }

    /** The document. */
    @Override
    public String toString() {
        return json;
    }

    /** Takes one register after the other. Not for several threads at once. */
    public static final class Builder {
        private final String from;
        private final String to;
        private String spanTo;
        private final StringJoiner inputs = new StringJoiner(",");

        private Builder(String from, String to) {
            this.from = from;
            this.to = to;
        }

        private static String quoted(String text) {
            StringBuilder out = new StringBuilder("\"");
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '"' || c == '\\' || c < ' ') {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
            return out.append('"').toString();
        }

        private static String decimal(BigDecimal value, String what) {
            return '"' + Decimals.text(value, what) + '"';
        }

        private Builder add(String register, String rest) {
            inputs.add("{\"register\":" + quoted(register) + "," + rest + "}");
            return this;
        }

        /**
         * The bill covers only the part so far of a billing span.
         *
         * @param end when the billing span ends
         * @return this
         */
        public Builder spanTo(Instant end) {
            spanTo = Times.text(end, "end");
            return this;
        }

        /**
         * One quantity for the whole bill; it is never divided.
         *
         * @param register its name in the tariff
         * @param quantity in the input's unit, at most 6 places
         * @return this
         * @throws MeterbillException {@link Status#E_DIGITS}, {@link Status#E_OVERFLOW}: a quantity that does not fit
         */
        public Builder total(String register, BigDecimal quantity) {
            return add(register, "\"total\":" + decimal(quantity, "the quantity"));
        }

        /**
         * A quantity for each period, where the meter itself counts by period.
         *
         * @param register   its name in the tariff
         * @param quantities by the periods' names, in the input's unit
         * @return this
         * @throws MeterbillException as {@link #total}
         */
        public Builder periods(String register, Map<String, BigDecimal> quantities) {
            StringJoiner periods = new StringJoiner(",", "\"periods\":{", "}");
            quantities.forEach((name, quantity) -> periods.add(quoted(name) + ":" + decimal(quantity, "the quantity")));
            return add(register, periods.toString());
        }

        /**
         * The quantity of each interval of one length.
         *
         * @param register its name in the tariff
         * @param start    when the first begins
         * @param step     the length of each, whole seconds
         * @param values   in the input's unit
         * @return this
         * @throws MeterbillException as {@link #total}; {@link Status#E_DIGITS}: a step or start of no whole second
         */
        public Builder intervals(String register, Instant start, Duration step, Collection<BigDecimal> values) {
            if (step.getNano() != 0) {
                throw new MeterbillException(Status.E_DIGITS, "the step is not whole seconds");
            }
            StringJoiner list = new StringJoiner(",", "\"values\":[", "]");
            values.forEach(value -> list.add(decimal(value, "the quantity")));
            return add(register, "\"start\":\"" + Times.text(start, "start") + "\",\"step_s\":" + step.getSeconds() + "," + list);
        }

        /**
         * What the register showed at instants that rise.
         *
         * @param register its name in the tariff
         * @param counts   by instant, in their order
         * @return this
         * @throws MeterbillException as {@link #total}
         */
        public Builder counts(String register, Map<Instant, BigDecimal> counts) {
            StringJoiner list = new StringJoiner(",", "\"readings\":[", "]");
            counts.forEach((at, count) -> list.add("[\"" + Times.text(at, "a reading") + "\"," + decimal(count, "the count") + "]"));
            return add(register, list.toString());
        }

        /**
         * The document.
         *
         * @return the use
         */
        public Usage build() {
            return new Usage("{\"meterbill\":1,\"kind\":\"usage\",\"from\":\"" + from + "\",\"to\":\"" + to + "\""
                + (spanTo == null ? "" : ",\"span_to\":\"" + spanTo + "\"") + ",\"inputs\":[" + inputs + "]}");
        }
    }
}
