/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when a list of the store is read in another way. */
#include "store/listing.h"

#include "store/database.h"

mbill_status mbill__listing(mbill_store *store, const char *kind, const char *list, mbill__listing_rows *rows, const void *asked,
    char *out_text, size_t *inout_len, mbill_error *err)
{
    mbill__buffer buffer;
    mbill__writer to;
    MBILL__NEED(store);
    MBILL__NEED(inout_len);
    mbill__buffer_start(&buffer, mbill__db_allocator(store->db));
    mbill__write_start(&to, &buffer, false);
    mbill__write_object(&to, NULL);
    mbill__write_whole(&to, "meterbill", 1);
    mbill__write_text(&to, "kind", kind);
    mbill__write_list(&to, list);
    mbill_status status = mbill__db_begin_read(store->db, err);
    if (status == MBILL_OK) status = mbill__db_finish(store->db, rows(store, asked, &to, err), err);
    mbill__write_list_end(&to);
    mbill__write_object_end(&to);
    if (status == MBILL_OK) status = mbill__buffer_copy(&buffer, out_text, inout_len, err);
    mbill__buffer_free(&buffer);
    return status;
}
