// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.util.stream.Stream;

/** One cost shared among many, to the last unit: a request, worked out. Immutable; any number of threads may share it. */
public final class Split extends Owner {
    private Split(long pointer) {
        super("Split", pointer, MeterbillNative::mbill_split_free, false);
    }

    /**
     * Reads a request and works it out.
     *
     * @param request a document of kind "split"
     * @return the answer
     * @throws MeterbillException {@link Status#E_ZERO_WEIGHT}, {@link Status#E_INFEASIBLE}, {@link Status#E_ALIGN}, {@link Status#E_NEGATIVE_REST},
     *         {@link Status#E_NO_PARENT}, {@link Status#E_CYCLE}; the document, with the place
     */
    public static Split of(String request) {
        return new Split(MeterbillNative.mbill_face_split_read(Text.utf8(request)));
    }

    /**
     * Who bears what, and why.
     *
     * @return the answer as {@code meterbill split --json} prints it
     */
    public Document answer() {
        return Document.parse(text(MeterbillNative::mbill_face_split_write));
    }

    /**
     * Is a claimed answer the right one?
     *
     * @param claim an answer
     * @throws MeterbillException it is not; the path says where
     */
    public void verify(String claim) {
        byte[] text = Text.utf8(claim);
        call(split -> MeterbillNative.mbill_face_split_verify(split, text));
    }

    /**
     * The operations that book it.
     *
     * @return an operation each, for {@link Ledger#take}
     * @throws MeterbillException the request has no "id"
     */
    public Stream<Document> operations() {
        return text(MeterbillNative::mbill_face_split_ledger).lines().map(Document::parse);
    }

    /**
     * The bills of those who bear it.
     *
     * @return an object each: "account", "bill"
     * @throws MeterbillException the request has no "bill"
     */
    public Stream<Document> bills() {
        return text(MeterbillNative::mbill_face_split_bills).lines().map(Document::parse);
    }
}
