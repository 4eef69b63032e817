// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

/** The six rules of rounding to a step, as documents name them in lower case. */
public enum Rounding {
    /** To the nearest; halves away from zero. */
    HALF_UP(1),
    /** To the nearest; halves to the even neighbour. */
    HALF_EVEN(2),
    /** Towards zero. */
    DOWN(3),
    /** Away from zero. */
    UP(4),
    /** Towards minus infinity. */
    FLOOR(5),
    /** Towards infinity. */
    CEILING(6);

    /** Of decimal.h: mbill_round_how. */
    final int number;

    Rounding(int number) {
        this.number = number;
    }
}
