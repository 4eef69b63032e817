// SPDX-License-Identifier: Apache-2.0
package org.meterbill.spark;

import org.meterbill.MeterbillException;
import org.meterbill.Status;

/** A row that cannot be priced: its status, where, and why; the message names them all. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final Status status;
    final String path;
    final String reason;

    Refusal(Status status, String reason) {
        this(status, "", reason);
    }

    private Refusal(Status status, String path, String reason) {
        super("MBILL_" + status.name() + (path.isEmpty() ? "" : " " + path) + ": " + reason);
        this.status = status;
        this.path = path;
        this.reason = reason;
    }

    static Refusal of(MeterbillException refused) {
        return new Refusal(refused.status(), refused.path(), refused.reason());
    }

    /** What ends a task: the row with it. */
    Refusal at(int partition, String account, String contract) {
        return new Refusal(status, path, reason + " (partition " + partition + ", account \"" + account + "\", contract \"" + contract + "\")");
    }
}
