// SPDX-License-Identifier: Apache-2.0
package org.meterbill.spark;

import java.io.Serializable;
import java.util.Objects;

/** What accounts have in common: a tariff, its version, facts. Immutable. */
public final class Contract implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The tariff's id. */
    final String tariff;
    /** Of the tariff; null: the one that is valid. */
    final String version;
    /** A document; null: none. */
    final String facts;
    /** Whether time without readings is billed as far as it is known. */
    final boolean allowGaps;

    private Contract(String tariff, String version, String facts, boolean allowGaps) {
        this.tariff = tariff;
        this.version = version;
        this.facts = facts;
        this.allowGaps = allowGaps;
    }

    /**
     * On a tariff, of the version that is valid in the whole span of a row.
     *
     * @param tariff its id
     * @return a contract without facts
     */
    public static Contract of(String tariff) {
        return new Contract(Objects.requireNonNull(tariff, "tariff"), null, null, false);
    }

    /**
     * On this version alone.
     *
     * @param name the version
     * @return another contract
     */
    public Contract version(String name) {
        return new Contract(tariff, name, facts, allowGaps);
    }

    /**
     * With what holds for all accounts: values, lists of days, price series.
     *
     * @param json a document of kind "facts"
     * @return another contract
     */
    public Contract facts(String json) {
        return new Contract(tariff, version, json, allowGaps);
    }

    /**
     * Time without readings is billed as far as it is known.
     *
     * @return another contract
     */
    public Contract allowGaps() {
        return new Contract(tariff, version, facts, true);
    }
}
