// SPDX-License-Identifier: Apache-2.0
package org.meterbill.spark;

import java.io.Serializable;
import java.util.LinkedHashMap;

/** What is broadcast to the executors: documents and names, never a handle. */
final class Plan implements Serializable {
    private static final long serialVersionUID = 1L;

    final LinkedHashMap<String, Contract> contracts = new LinkedHashMap<>();
    /** By register, its column. */
    final LinkedHashMap<String, String> registers = new LinkedHashMap<>();
    String[] tariffs = {};
    String[] keep = {};
    boolean hasFacts;
    boolean hasPositions;
    boolean rows;

    Plan copy() {
        Plan copy = new Plan();
        copy.contracts.putAll(contracts);
        copy.registers.putAll(registers);
        copy.tariffs = tariffs.clone();
        copy.keep = keep.clone();
        copy.rows = rows;
        return copy;
    }

    /** By name; without any, a contract is named by the id of its tariff. */
    Contract contract(String name) {
        return contracts.isEmpty() ? Contract.of(name) : contracts.get(name);
    }
}
