/* SPDX-License-Identifier: Apache-2.0 */
/* The caller's allocator, the arena, the buffer and the digest; every n-th allocation is made to fail. */
#include "base/digest.h"
#include "base/memory.h"
#include "check_run.h"
#include "counting_allocator.h"
#include "refusal.h"

#include <check.h>
#include <stdint.h>
#include <string.h>

static mbill_allocator counting(counting_allocator *count, size_t fail_at)
{
    mbill_allocator known;
    counting_start(count, fail_at);
    ck_assert_int_eq(mbill__allocator_read(&known, &count->allocator, NULL), MBILL_OK);
    return known;
}

static void all_returned(const counting_allocator *count)
{
    ck_assert_int_eq(count->live, 0);
    ck_assert_int_eq(count->live_blocks, 0);
}

static bool all_zero(const void *block, size_t n)
{
    const unsigned char *bytes = block;
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != 0) return false;
    return true;
}

START_TEST(libc_by_default)
{
    mbill_allocator known, none = MBILL_ALLOCATOR_INIT;
    const mbill_allocator *given[] = {NULL, &none};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(mbill__allocator_read(&known, given[i], NULL), MBILL_OK);
        char *block = mbill__alloc(&known, 10);
        ck_assert_ptr_nonnull(block);
        ck_assert(all_zero(block, 10));
        block = mbill__resize(&known, block, 10, 1000);
        ck_assert_ptr_nonnull(block);
        ck_assert(all_zero(block, 10));
        mbill__release(&known, block, 1000);
    }
}
END_TEST

START_TEST(allocator_refused)
{
    counting_allocator count;
    const mbill_allocator good = counting(&count, 0);
    mbill_allocator bad[5] = {good, good, good, good, good}, known;
    bad[0].struct_size = 0;
    bad[1].flags = 1;
    bad[2].alloc = NULL;
    bad[3].resize = NULL;
    bad[4].release = NULL;
    for (int i = 0; i < 5; i++) {
        mbill_error err;
        mbill_error_init(&err);
        mbill_status expected = i == 1 ? MBILL_E_UNKNOWN_OPTION : MBILL_E_MISUSE;
        assert_refusal_index(&err, mbill__allocator_read(&known, &bad[i], &err), expected, -1, "");
        ck_assert_uint_gt(strlen(err.message), 10);
    }
}
END_TEST

START_TEST(sizes_of_zero_and_too_much)
{
    counting_allocator count;
    mbill_allocator known = counting(&count, 0);
    void *block = mbill__alloc_array(&known, 0, 8);
    ck_assert_ptr_nonnull(block);
    block = mbill__resize(&known, block, 0, 16);
    ck_assert_ptr_nonnull(block);
    block = mbill__resize(&known, block, 16, 0);
    mbill__release(&known, block, 0);
    mbill__release(&known, NULL, 99);
    all_returned(&count);
    size_t calls = count.calls;
    ck_assert_ptr_null(mbill__alloc_array(&known, SIZE_MAX / 2, 3));
    ck_assert_ptr_null(mbill__alloc_array(&known, SIZE_MAX, SIZE_MAX));
    ck_assert_uint_eq(count.calls, calls);
    ck_assert_ptr_nonnull(block = mbill__resize(&known, NULL, 0, 4));
    mbill__release(&known, block, 4);
    all_returned(&count);
}
END_TEST

START_TEST(arena_blocks_are_apart_aligned_and_zero)
{
    counting_allocator count;
    mbill_allocator known = counting(&count, 0);
    mbill__arena arena;
    unsigned char *blocks[500];
    mbill__arena_start(&arena, &known);
    for (size_t i = 0; i < 500; i++) {
        blocks[i] = mbill__arena_take(&arena, i % 50, 3);
        ck_assert_ptr_nonnull(blocks[i]);
        ck_assert_uint_eq((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        ck_assert(all_zero(blocks[i], i % 50 * 3));
        memset(blocks[i], (int)(i % 255 + 1), i % 50 * 3);
    }
    for (size_t i = 0; i < 500; i++)
        for (size_t at = 0; at < i % 50 * 3; at++) ck_assert_uint_eq(blocks[i][at], i % 255 + 1);
    ck_assert_uint_lt(count.calls, 12); /* chunks grow */
    ck_assert_ptr_nonnull(mbill__arena_take(&arena, 1000000, 1));
    mbill__arena_free(&arena);
    mbill__arena_free(&arena);
    all_returned(&count);
}
END_TEST

START_TEST(arena_text_and_limits)
{
    counting_allocator count;
    mbill_allocator known = counting(&count, 0);
    mbill__arena arena;
    mbill__arena_start(&arena, &known);
    ck_assert_str_eq(mbill__arena_text(&arena, "kWh and more", 3), "kWh");
    ck_assert_str_eq(mbill__arena_text(&arena, NULL, 0), "");
    ck_assert_ptr_null(mbill__arena_take(&arena, SIZE_MAX / 2, 4));
    ck_assert_ptr_null(mbill__arena_take(&arena, SIZE_MAX, 1));
    ck_assert_ptr_null(mbill__arena_text(&arena, "", SIZE_MAX));
    mbill__arena_free(&arena);
    all_returned(&count);
}
END_TEST

/* Fails the n-th allocation for every n until all succeed. */
START_TEST(arena_without_memory)
{
    bool done = false;
    for (size_t n = 1; !done; n++) {
        counting_allocator count;
        mbill_allocator known = counting(&count, n);
        mbill__arena arena;
        size_t taken = 0;
        mbill__arena_start(&arena, &known);
        while (taken < 20 && mbill__arena_take(&arena, 700, 1) != NULL) taken++;
        done = taken == 20;
        if (!done) ck_assert_ptr_nonnull(mbill__arena_take(&arena, 700, 1)); /* usable afterwards */
        mbill__arena_free(&arena);
        all_returned(&count);
        ck_assert_uint_lt(n, 20);
    }
}
END_TEST

START_TEST(buffer_grows_and_copies_out)
{
    counting_allocator count;
    mbill_allocator known = counting(&count, 0);
    mbill__buffer buffer;
    char out[2001];
    size_t len = 0;
    mbill__buffer_start(&buffer, &known);
    ck_assert_int_eq(mbill__buffer_copy(&buffer, NULL, &len, NULL), MBILL_OK);
    ck_assert_uint_eq(len, 1);
    ck_assert_int_eq(mbill__buffer_copy(&buffer, out, &len, NULL), MBILL_OK);
    ck_assert_str_eq(out, "");
    mbill__buffer_append(&buffer, NULL, 0);
    ck_assert_str_eq(buffer.data, "");
    for (int i = 0; i < 1000; i++) {
        mbill__buffer_text(&buffer, i % 2 == 0 ? "ab" : "cd");
        ck_assert_int_eq(buffer.data[buffer.len], '\0');
    }
    len = sizeof out;
    ck_assert_int_eq(mbill__buffer_copy(&buffer, out, &len, NULL), MBILL_OK);
    ck_assert_uint_eq(len, 2001);
    ck_assert_int_eq(strncmp(out, "abcdabcd", 8), 0);
    ck_assert_uint_eq(strlen(out), 2000);
    mbill__buffer_free(&buffer);
    mbill__buffer_free(&buffer);
    all_returned(&count);
}
END_TEST

START_TEST(copy_refused)
{
    mbill_error err;
    char out[4] = "old";
    size_t len = 3;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill__text_copy("new", 3, out, &len, &err), MBILL_E_ROOM);
    ck_assert_int_eq(err.status, MBILL_E_ROOM);
    ck_assert_str_eq(err.message, "room of 3 bytes where 4 are needed");
    ck_assert_uint_eq(len, 4);
    ck_assert_str_eq(out, "old");
    ck_assert_int_eq(mbill__text_copy("new", 3, out, &len, &err), MBILL_OK);
    ck_assert_str_eq(out, "new");
    len = 0;
    ck_assert_int_eq(mbill__text_copy(NULL, 0, out, &len, &err), MBILL_E_ROOM);
    ck_assert_int_eq(mbill__text_copy("new", 3, out, NULL, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "inout_len is NULL");
}
END_TEST

START_TEST(buffer_without_memory)
{
    bool done = false;
    for (size_t n = 1; !done; n++) {
        counting_allocator count;
        mbill_allocator known = counting(&count, n);
        mbill__buffer buffer;
        mbill_error err;
        char out[4096];
        size_t len = sizeof out;
        mbill_error_init(&err);
        mbill__buffer_start(&buffer, &known);
        for (int i = 0; i < 300; i++) mbill__buffer_text(&buffer, "0123456789");
        done = !buffer.failed;
        ck_assert_int_eq(mbill__buffer_check(&buffer, &err), done ? MBILL_OK : MBILL_E_NOMEM);
        ck_assert_int_eq(mbill__buffer_copy(&buffer, out, &len, &err), done ? MBILL_OK : MBILL_E_NOMEM);
        ck_assert_uint_eq(len, done ? 3001 : sizeof out);
        if (!done) ck_assert_uint_gt(strlen(err.message), 10);
        mbill__buffer_free(&buffer);
        all_returned(&count);
        ck_assert_uint_lt(n, 20);
    }
}
END_TEST

START_TEST(buffer_of_impossible_size)
{
    counting_allocator count;
    mbill_allocator known = counting(&count, 0);
    mbill__buffer buffer;
    mbill__buffer_start(&buffer, &known);
    mbill__buffer_append(&buffer, "x", SIZE_MAX - 1);
    ck_assert(buffer.failed);
    ck_assert_uint_eq(count.calls, 0);
    mbill__buffer_text(&buffer, "later");
    ck_assert_uint_eq(buffer.len, 0);
    mbill__buffer_free(&buffer);
}
END_TEST

/* BLAKE2b with 32 bytes out; printed by `printf abc | b2sum -l 256` and `b2sum -l 256 </dev/null` of GNU coreutils. */
START_TEST(digest_of_known_bytes)
{
    const uint8_t abc[4] = {0xBD, 0xDD, 0x81, 0x3C}, nothing[4] = {0x0E, 0x57, 0x51, 0xC0};
    uint8_t out[MBILL__DIGEST_BYTES];
    mbill__digest("abc", 3, out);
    ck_assert_mem_eq(out, abc, 4);
    ck_assert_uint_eq(out[31], 0x19);
    mbill__digest(NULL, 0, out);
    ck_assert_mem_eq(out, nothing, 4);
    ck_assert_uint_eq(out[31], 0xA8);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("memory");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, libc_by_default);
    tcase_add_test(ok, arena_blocks_are_apart_aligned_and_zero);
    tcase_add_test(ok, buffer_grows_and_copies_out);
    tcase_add_test(ok, digest_of_known_bytes);
    tcase_add_test(refused, allocator_refused);
    tcase_add_test(refused, copy_refused);
    tcase_add_test(refused, arena_without_memory);
    tcase_add_test(refused, buffer_without_memory);
    tcase_add_test(edges, sizes_of_zero_and_too_much);
    tcase_add_test(edges, arena_text_and_limits);
    tcase_add_test(edges, buffer_of_impossible_size);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}
