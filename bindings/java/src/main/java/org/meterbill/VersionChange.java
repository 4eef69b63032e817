// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.math.BigDecimal;

/** How a quantity is divided where a tariff's version ends inside a bill. Immutable. */
public final class VersionChange {
    /** Of change.h: mbill_change_split. */
    private static final int BY_DAYS = 1;
    private static final int BY_READINGS = 2;

    final int split;
    final long stepMicro;
    final int how;

    private VersionChange(int split, long stepMicro, int how) {
        this.split = split;
        this.stepMicro = stepMicro;
        this.how = how;
    }

    /**
     * By readings: there is one at each change.
     *
     * @return the rule
     */
    public static VersionChange byReadings() {
        return new VersionChange(BY_READINGS, 0, 0);
    }

    /**
     * In proportion to days, every place kept.
     *
     * @return the rule
     */
    public static VersionChange byDays() {
        return new VersionChange(BY_DAYS, 1, Rounding.HALF_EVEN.number);
    }

    /**
     * In proportion to days, each part rounded.
     *
     * @param step such as 0.01 or 1, in the quantity's unit
     * @param how  the rule
     * @return the rule
     * @throws MeterbillException {@link Status#E_DIGITS}, {@link Status#E_OVERFLOW}: a step that does not fit
     */
    public static VersionChange byDays(BigDecimal step, Rounding how) {
        return new VersionChange(BY_DAYS, Decimals.micro(step, "the step"), how.number);
    }
}
