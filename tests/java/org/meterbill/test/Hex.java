// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

/** Bytes as pairs of digits. */
final class Hex {
    private Hex() {}

    static byte[] bytes(String digits) {
        String packed = digits.replaceAll("\\s", "");
        byte[] bytes = new byte[packed.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(packed.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    static String of(byte[] bytes) {
        StringBuilder digits = new StringBuilder();
        for (byte one : bytes) {
            digits.append(String.format("%02x", one));
        }
        return digits.toString();
    }
}
