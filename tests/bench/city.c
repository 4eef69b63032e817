/* SPDX-License-Identifier: Apache-2.0 */
/* The city of bench_close for others to close: city FILE.db QUANTITIES TARIFF.json ACCOUNTS HOURS. QUANTITIES becomes what was used in each hour, hour by hour, one
 * int64_t an account, 10^-6 kWh. */
#define _DEFAULT_SOURCE
#include "city_store.h"

static FILE *create(const char *path)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) stop("a file cannot be made");
    return file;
}

int main(int argc, char **argv)
{
    mbill_store_options options = {sizeof options, MBILL_STORE_CREATE, 0, 0};
    mbill_store *store;
    mbill_error err;
    mbill_error_init(&err);
    if (argc != 6) stop("usage: city FILE.db QUANTITIES TARIFF.json ACCOUNTS HOURS");
    size_t n_accounts = strtoull(argv[4], NULL, 10);
    FILE *quantities = create(argv[2]), *tariff = create(argv[3]);
    if (mbill_store_open(argv[1], &options, NULL, &store, &err) != MBILL_OK) stop(err.message);
    if (mbill_store_put_tariff(store, CITY_TARIFF, sizeof CITY_TARIFF - 1, NULL, &err) != MBILL_OK) stop(err.message);
    city_accounts(store, n_accounts);
    city_money(store, n_accounts);
    city_readings(store, n_accounts, strtoll(argv[5], NULL, 10), quantities);
    mbill_store_free(store);
    if (fputs(CITY_TARIFF, tariff) < 0 || fclose(tariff) != 0 || fclose(quantities) != 0) stop("a file cannot be written");
    return 0;
}
