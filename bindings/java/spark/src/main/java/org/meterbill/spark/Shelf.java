// SPDX-License-Identifier: Apache-2.0
package org.meterbill.spark;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.meterbill.Document;
import org.meterbill.Status;
import org.meterbill.Tariff;

/** The tariffs of a plan, each compiled once in a process and shared by its tasks. */
final class Shelf {
    private static final int KEPT = 256;
    /** By document; the one that was used longest ago makes room, and is freed when no task uses it any more. */
    private static final Map<String, Version> COMPILED = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Version> eldest) {
            return size() > KEPT;
        }
    };
    private final List<Version> versions = new ArrayList<>();

    /** A tariff, and what it says of itself. */
    static final class Version {
        final Tariff tariff;
        final String id;
        final String name;
        final String currency;
        private final long validFrom;
        private final long validTo;

        private Version(String document) {
            // As bytes: this way of in says why there is no native library each time, and not only the first.
            tariff = Tariff.compile(document.getBytes(StandardCharsets.UTF_8));
            Document info = tariff.info();
            List<Document> valid = info.get("valid").items();
            id = info.get("id").text();
            name = info.get("version").text();
            currency = info.get("currency").text();
            validFrom = valid.get(0).whole();
            validTo = valid.get(1).isNull() ? Long.MAX_VALUE : valid.get(1).whole();
        }
    }

    Shelf(Plan plan) {
        for (String document : plan.tariffs) {
            Version version;
            synchronized (COMPILED) {
                version = COMPILED.computeIfAbsent(document, Version::new);
            }
            for (Version other : versions) {
                if (other.id.equals(version.id) && other.name.equals(version.name)) {
                    throw new Refusal(Status.E_DUPLICATE_KEY, "the tariff \"" + version.id + "\" of version \"" + version.name + "\" is there twice");
                }
            }
            versions.add(version);
        }
    }

    private List<Version> known(String name, Contract contract) {
        List<Version> known = new ArrayList<>();
        StringBuilder all = new StringBuilder();
        for (Version version : versions) {
            all.append(all.length() > 0 ? ", " : "").append(version.id).append(' ').append(version.name);
            if (version.id.equals(contract.tariff) && (contract.version == null || version.name.equals(contract.version))) {
                known.add(version);
            }
        }
        if (known.isEmpty()) {
            String which = contract.version == null ? "" : " of version \"" + contract.version + '"';
            throw new Refusal(Status.E_NOT_FOUND, "there is no tariff \"" + contract.tariff + '"' + which + " for the contract \"" + name + "\" among those handed over: "
                + (all.length() > 0 ? all : "none"));
        }
        return known;
    }

    /** Throws where the contract's tariff is not here. */
    void check(String name, Contract contract) {
        known(name, contract);
    }

    /** The version that is valid in the whole span. */
    Version version(String name, Contract contract, long from, long to) {
        List<Version> known = known(name, contract);
        List<Version> valid = new ArrayList<>(known);
        valid.removeIf(version -> from < version.validFrom || to > version.validTo);
        if (valid.size() == 1) {
            return valid.get(0);
        }
        StringBuilder there = new StringBuilder();
        for (Version version : valid.isEmpty() ? known : valid) {
            there.append(there.length() > 0 ? ", " : "").append(version.name);
        }
        String said = valid.isEmpty() ? "no version is valid (there are " + there + ")" : "several versions are valid (" + there + ")";
        throw new Refusal(valid.isEmpty() ? Status.E_UNCOVERED : Status.E_AMBIGUOUS,
            said + " of the tariff \"" + contract.tariff + "\" from " + Instant.ofEpochSecond(from) + " to " + Instant.ofEpochSecond(to));
    }
}
