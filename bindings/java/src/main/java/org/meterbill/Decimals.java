// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Objects;

/** Whole micro-units and decimals: exact in both directions, or refused. */
final class Decimals {
    private static final int PLACES = 6;

    private Decimals() {}

    /** Without zeros behind the last digit that counts; 100 stays 100. */
    static BigDecimal of(long micro) {
        long rest = micro;
        int places = PLACES;
        while (places > 0 && rest % 10 == 0) {
            rest /= 10;
            places--;
        }
        return BigDecimal.valueOf(rest, places);
    }

    static long micro(BigDecimal value, String what) {
        Objects.requireNonNull(value, what);
        int places = value.scale();
        if (places >= 0 && places <= PLACES && value.precision() <= 18 - PLACES) {
            return value.setScale(PLACES).scaleByPowerOfTen(PLACES).longValue(); // all of it in a long: no BigInteger is made
        }
        return microOfAny(value, what);
    }

    private static long microOfAny(BigDecimal value, String what) {
        if (value.signum() == 0) {
            return 0;
        }
        if ((long) value.precision() - value.scale() > 19 - PLACES) {
            throw new MeterbillException(Status.E_OVERFLOW, what + " does not fit 64 bits of 10^-6");
        }
        if ((long) value.stripTrailingZeros().scale() > PLACES) {
            throw new MeterbillException(Status.E_DIGITS, what + " has more than 6 decimal places");
        }
        BigInteger whole = value.setScale(PLACES).unscaledValue();
        if (whole.bitLength() > 63) {
            throw new MeterbillException(Status.E_OVERFLOW, what + " does not fit 64 bits of 10^-6");
        }
        return whole.longValue();
    }

    /** As documents want it. */
    static String text(BigDecimal value, String what) {
        return of(micro(value, what)).toPlainString();
    }
}
