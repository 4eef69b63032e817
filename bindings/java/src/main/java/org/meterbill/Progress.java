// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

/** Is told how far something is. What it throws ends it. */
@FunctionalInterface
public interface Progress {
    /**
     * So far.
     *
     * @param done what was done
     * @param of   of how much
     */
    void at(long done, long of);
}
