/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of people: what is taken keeps the promises of its form; what is refused has a status and a sentence, gives nothing out, and says nobody's value. */
#include "meterbill/person.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void need(bool holds)
{
    if (!holds) abort();
}

static void check_name(const char *name)
{
    need(name != NULL && name[0] != '\0' && strlen(name) <= 64);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    mbill_people *people = (mbill_people *)(void *)&size;
    mbill_error err;
    size_t n;
    mbill_error_init(&err);
    mbill_status status = mbill_people_read((const char *)data, size, NULL, &people, &err);
    if (status != MBILL_OK) {
        need(people == NULL && err.status == (int32_t)status && err.message[0] != '\0');
        return 0;
    }
    const mbill_person_field *fields = mbill_people_fields(people, &n);
    need(fields != NULL || n == 0);
    for (size_t i = 0; i < n; i++) {
        check_name(fields[i].account);
        check_name(fields[i].name);
        need(fields[i].value == NULL || (fields[i].value[0] != '\0' && strlen(fields[i].value) <= MBILL_PERSON_VALUE_MAX));
    }
    mbill_people_free(people);
    return 0;
}
