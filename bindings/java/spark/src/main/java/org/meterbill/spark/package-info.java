// SPDX-License-Identifier: Apache-2.0
/** The library inside Spark: a partitioned table of readings to bills. */
package org.meterbill.spark;
