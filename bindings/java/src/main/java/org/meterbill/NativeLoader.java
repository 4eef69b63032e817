// SPDX-License-Identifier: Apache-2.0
package org.meterbill;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Loads the native library once a class loader: from the folder that {@code -Dmeterbill.library.path} names; else out of the jar into a folder of its own, readable by nobody
 * else and below {@code -Dmeterbill.tmpdir} or the system's; else by {@link System#loadLibrary}. A folder of its own, because one file cannot be loaded by two class loaders.
 *
 * <p>The folder is removed at once, whether the library was loaded or not: on Linux a file that is loaded needs its name no longer. However the process ends later, nothing is
 * left behind. Two cases leave it: a process that is killed in the moment between unpacking and loading, and a file system that cannot remove a file in use (NFS renames it); the
 * library works all the same.
 */
final class NativeLoader {
    private static final String LIBRARY = "libmeterbilljni.so";

    /** Kept, so that each later call says the same. */
    private static Throwable failure;
    private static boolean loaded;

    private NativeLoader() {}

    static synchronized void load() {
        if (loaded) {
            return;
        }
        if (failure == null) {
            try {
                find();
                loaded = true;
                return;
            } catch (IOException | UnsatisfiedLinkError failed) {
                failure = failed;
            }
        }
        UnsatisfiedLinkError error = new UnsatisfiedLinkError("the native library of meterbill could not be loaded: " + failure.getMessage() + host());
        error.initCause(failure);
        throw error;
    }

    private static void find() throws IOException {
        String named = System.getProperty("meterbill.library.path");
        if (named != null) {
            System.load(Paths.get(named).toAbsolutePath().resolve(LIBRARY).toString());
            return;
        }
        String folder = "native/" + platform() + "/";
        Map<String, String> sums = sums(folder);
        if (sums.isEmpty()) {
            System.loadLibrary("meterbilljni");
            return;
        }
        unpack(folder, sums);
    }

    private static String platform() {
        String name = System.getProperty("os.name", "").toLowerCase(java.util.Locale.ROOT);
        String machine = System.getProperty("os.arch", "");
        return (name.contains("linux") ? "linux" : name.replace(' ', '-')) + "-" + (machine.equals("amd64") ? "x86_64" : machine);
    }

    /** Says it plainly where the host's C library is another one. */
    private static String host() {
        try (java.util.stream.Stream<Path> libraries = Files.list(Paths.get("/lib"))) {
            boolean musl = libraries.anyMatch(path -> path.getFileName().toString().startsWith("ld-musl-"));
            return musl ? " (this host has musl; the jar's native library is for glibc: build it here and name its folder by -Dmeterbill.library.path)" : "";
        } catch (IOException | RuntimeException unknown) {
            return "";
        }
    }

    /** File and SHA-256 of each; none when the jar has nothing for this platform. */
    private static Map<String, String> sums(String folder) throws IOException {
        Map<String, String> sums = new LinkedHashMap<>();
        try (InputStream stream = NativeLoader.class.getResourceAsStream(folder + "SHA256SUMS")) {
            if (stream == null) {
                return sums;
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.trim().split("[ *]+", 2);
                sums.put(words[1], words[0]);
            }
        }
        return sums;
    }

    private static void unpack(String folder, Map<String, String> sums) throws IOException {
        String below = System.getProperty("meterbill.tmpdir", System.getProperty("java.io.tmpdir"));
        Path own = Files.createTempDirectory(Paths.get(below), "meterbill-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            for (Map.Entry<String, String> one : sums.entrySet()) {
                unpackOne(folder, one.getKey(), one.getValue(), own.resolve(one.getKey()));
            }
            System.load(own.resolve(LIBRARY).toRealPath().toString());
        } finally {
            remove(own, sums.keySet());
        }
    }

    /** What cannot be removed stays: neither a library that is loaded nor the reason why one is not may be lost for it. */
    private static void remove(Path own, Set<String> names) {
        try {
            for (String name : names) {
                Files.deleteIfExists(own.resolve(name));
            }
            Files.deleteIfExists(own);
        } catch (IOException | RuntimeException stays) {
            return;
        }
    }

    private static void unpackOne(String folder, String name, String sum, Path to) throws IOException {
        if (name.contains("/") || Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("the jar is damaged: " + name);
        }
        try (InputStream stream = NativeLoader.class.getResourceAsStream(folder + name)) {
            if (stream == null) {
                throw new NoSuchFileException(name, null, "is not in the jar");
            }
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            Files.copy(new DigestInputStream(stream, digest), to);
            StringBuilder found = new StringBuilder();
            for (byte one : digest.digest()) {
                found.append(String.format("%02x", one));
            }
            if (!found.toString().equals(sum)) {
                throw new IOException("the jar is damaged: " + name + " is not the file that was packed");
            }
        } catch (NoSuchAlgorithmException never) {
            throw new IOException(never);
        }
    }
}
