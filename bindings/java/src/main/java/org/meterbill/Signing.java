// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

/** Signs in place of a secret key that is here: a security module, a key service. */
@FunctionalInterface
public interface Signing {
    /**
     * Signs with the key that {@link Signer#byCallback} was given the public half of. Called on the thread that wants the signature.
     *
     * @param message the bytes to be signed
     * @return the signature, Ed25519, 64 bytes; it is checked before it is used
     */
    byte[] sign(byte[] message);
}
