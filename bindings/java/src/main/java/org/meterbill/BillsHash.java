// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A hash of bills, whatever their order: two runs made the same bills when it is the same, and hashes of parts add up to that of the whole. Not for several
 * threads at once.
 *
 * <p>It is the sum modulo 2^256 of each bill's SHA-256 of account, U+0000 and document, all UTF-8, with the number of bills: a bill that is missing, doubled, or
 * another by a byte changes it. It finds mistakes; against somebody who makes up bills, sign the files. {@code meterbill.BillsHash} of Python gives the same.
 */
public final class BillsHash {
    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);
    private final MessageDigest digest;
    private long count;
    private BigInteger sum = BigInteger.ZERO;

    /** Of no bill. */
    public BillsHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException(never);
        }
    }

    /**
     * Adds a bill.
     *
     * @param account whose it is
     * @param bill    its document, taken to the byte
     */
    public void add(String account, String bill) {
        digest.update(account.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        sum = sum.add(new BigInteger(1, digest.digest(bill.getBytes(StandardCharsets.UTF_8)))).mod(MODULUS);
        count++;
    }

    /**
     * Adds the bills of another part.
     *
     * @param other the other part
     */
    public void add(BillsHash other) {
        sum = sum.add(other.sum).mod(MODULUS);
        count += other.count;
    }

    /**
     * How many bills there are.
     *
     * @return the number
     */
    public long count() {
        return count;
    }

    /**
     * From what {@link #toString} gives.
     *
     * @param text a count, ":" and 64 hex digits
     * @return the hash
     * @throws MeterbillException {@link Status#E_SYNTAX}: it is no hash of bills
     */
    public static BillsHash parse(String text) {
        if (!text.matches("[0-9]{1,18}:[0-9a-f]{64}")) {
            throw new MeterbillException(Status.E_SYNTAX, '"' + text + "\" is no hash of bills: expected a count, \":\" and 64 hex digits");
        }
        BillsHash hash = new BillsHash();
        int colon = text.indexOf(':');
        hash.count = Long.parseLong(text.substring(0, colon));
        hash.sum = new BigInteger(text.substring(colon + 1), 16);
        return hash;
    }

    /** A count, ":" and 64 hex digits. */
    @Override
    public String toString() {
        return count + ":" + String.format("%064x", sum);
    }

    /** Of the same bills. */
    @Override
    public boolean equals(Object other) {
        return other instanceof BillsHash && ((BillsHash) other).count == count && ((BillsHash) other).sum.equals(sum);
    }

    @Override
    public int hashCode() {
        return sum.hashCode();
    }
}
