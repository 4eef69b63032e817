// SPDX-License-Identifier: Apache-2.0
package org.meterbill.test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar, and how its native library comes to be loaded. */
class LoaderTest {
    private static final Path JAR = Paths.get(System.getProperty("meterbill.jar"));

    private static Object compileIn(ClassLoader loader) throws ReflectiveOperationException {
        return loader.loadClass("org.meterbill.Tariff").getMethod("compile", String.class).invoke(null, Samples.HOME);
    }

    private static URLClassLoader fresh() throws IOException {
        return new URLClassLoader(new URL[] {JAR.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
    }

    private static List<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).collect(Collectors.toList());
        }
    }

    @Test
    void everyClassLoaderHasItsOwn(@TempDir Path folder) throws Exception {
        String before = System.setProperty("meterbill.tmpdir", folder.toString());
        try (URLClassLoader first = fresh(); URLClassLoader second = fresh()) {
            Object one = compileIn(first);
            Object other = compileIn(second);
            assertNotSame(one.getClass(), other.getClass());
            Object total = other.getClass().getMethod("totalMicro", long.class, long.class, long.class).invoke(other, 1_000_000L,
                Samples.JANUARY.getEpochSecond(), Samples.FEBRUARY.getEpochSecond());
            assertEquals(9_550_000L, total);
            one.getClass().getMethod("close").invoke(one);
            assertTrue(((String) other.getClass().getMethod("canonical").invoke(other)).contains("\"home\""));
            assertEquals(List.of(), namesIn(folder));
        } finally {
            if (before == null) {
                System.clearProperty("meterbill.tmpdir");
            }
        }
    }

    /** A copy of the jar whose native library has one byte more. */
    private static Path damaged(Path folder) throws IOException {
        Path copy = folder.resolve("damaged.jar");
        try (JarFile jar = new JarFile(JAR.toFile()); JarOutputStream to = new JarOutputStream(Files.newOutputStream(copy))) {
            for (JarEntry entry : jar.stream().collect(Collectors.toList())) {
                to.putNextEntry(new JarEntry(entry.getName()));
                try (InputStream stream = jar.getInputStream(entry)) {
                    stream.transferTo(to);
                }
                if (entry.getName().endsWith(".so")) {
                    to.write(0);
                }
                to.closeEntry();
            }
        }
        return copy;
    }

    @Test
    void whatIsNotLoadedIsRemovedToo(@TempDir Path folder) throws Exception {
        URL[] jar = {damaged(folder).toUri().toURL()};
        String before = System.setProperty("meterbill.tmpdir", folder.toString());
        try (URLClassLoader loader = new URLClassLoader(jar, ClassLoader.getPlatformClassLoader())) {
            Throwable cause = assertThrows(InvocationTargetException.class, () -> compileIn(loader));
            while (!(cause instanceof UnsatisfiedLinkError) && cause.getCause() != null) {
                cause = cause.getCause();
            }
            assertTrue(cause.getMessage().contains("is not the file that was packed"), cause.toString());
            assertEquals(List.of("damaged.jar"), namesIn(folder));
        } finally {
            if (before == null) {
                System.clearProperty("meterbill.tmpdir");
            }
        }
    }

    @Test
    void aRefusalIsThatLoadersException() throws Exception {
        try (URLClassLoader loader = fresh()) {
            InvocationTargetException thrown = assertThrows(InvocationTargetException.class,
                () -> loader.loadClass("org.meterbill.Tariff").getMethod("compile", String.class).invoke(null, "{"));
            assertEquals(loader, thrown.getCause().getClass().getClassLoader());
        }
    }

    @Test
    void aNamedFolderComesFirst(@TempDir Path folder) throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            for (JarEntry entry : jar.stream().filter(one -> one.getName().startsWith("org/meterbill/native/") && !one.isDirectory()).collect(Collectors.toList())) {
                try (InputStream stream = jar.getInputStream(entry)) {
                    Files.copy(stream, folder.resolve(Paths.get(entry.getName()).getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        System.setProperty("meterbill.library.path", folder.toString());
        try (URLClassLoader loader = fresh()) {
            assertTrue(compileIn(loader).toString().contains("Tariff"));
        } finally {
            System.clearProperty("meterbill.library.path");
        }
    }

    @Test
    void whatCannotBeLoadedSaysWhyEachTime(@TempDir Path folder) throws Exception {
        System.setProperty("meterbill.library.path", folder.resolve("nothing").toString());
        try (URLClassLoader loader = fresh()) {
            for (int i = 0; i < 2; i++) {
                Throwable cause = assertThrows(InvocationTargetException.class, () -> compileIn(loader)).getCause();
                while (!(cause instanceof UnsatisfiedLinkError) && cause.getCause() != null) {
                    cause = cause.getCause();
                }
                assertTrue(cause.getMessage().contains(folder.resolve("nothing").toString()), cause.toString());
            }
        } finally {
            System.clearProperty("meterbill.library.path");
        }
    }

    @Test
    void theJar() throws Exception {
        assertEquals("org.meterbill", ModuleFinder.of(JAR).findAll().iterator().next().descriptor().name());
        try (JarFile jar = new JarFile(JAR.toFile())) {
            for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements();) {
                JarEntry entry = entries.nextElement();
                if (entry.getName().endsWith(".class")) {
                    try (DataInputStream data = new DataInputStream(jar.getInputStream(entry))) {
                        data.readInt();
                        data.readUnsignedShort();
                        assertEquals(55, data.readUnsignedShort(), entry.getName());
                    }
                }
            }
        }
    }
}
