// SPDX-License-Identifier: Apache-2.0
/**
 * libmeterbill for Java: tariffs, bills, a prepaid ledger, shared costs, alarms, frames of meters, signed commands and a store in one SQLite file.
 *
 * <p>Amounts, quantities and rates are {@link java.math.BigDecimal} and exact: at most six decimal places, and what would lose a digit is refused. Instants are
 * {@link java.time.Instant}, days {@link java.time.LocalDate}. Documents are JSON text, the same as the program {@code meterbill} and the C library read and write.
 *
 * <p>A call that is refused throws {@link org.meterbill.MeterbillException} and has changed nothing. What holds C memory is {@link java.lang.AutoCloseable}; it is also freed when
 * the garbage collector finds it. A closed object throws {@link java.lang.IllegalStateException}. Every class may be used from any number of threads, also while another
 * thread closes it: where the C library wants one thread at a time, calls wait for each other.
 */
package org.meterbill;
