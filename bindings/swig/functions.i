/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a noun is added: each has its own file, in the order of the house. */
%include "functions_tariff.i"
%include "functions_price.i"
