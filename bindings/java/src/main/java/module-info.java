// SPDX-License-Identifier: Apache-2.0
/** Meter readings to bills that can be trusted. Give it native access: {@code --enable-native-access=org.meterbill}. */
module org.meterbill {
    exports org.meterbill;
}
