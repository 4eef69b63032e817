/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when DL/T 645 has another function, or one has other parts: a row a control byte. Invariant: a control byte without a row is none
 * of the 2007 protocol. */
#include "frame/dlt645_parts.h"

static const mbill__dlt645_row rows[] = {
    {0x03, "IO*", 8, 255, {0}, 0},
    {0x83, "I*", 4, 255, {0}, 1},
    {0xC3, "X", 1, 2, {0}, 0},
    {0x08, "T", 6, 6, {0}, 0},
    {0x11, "IBM", 4, 10, {4, 5, 10}, 0},
    {0x91, "I*", 4, 255, {0}, 0},
    {0xB1, "I*", 4, 255, {0}, 0},
    {0xD1, "E", 1, 1, {0}, 0},
    {0x12, "IS", 5, 5, {0}, 0},
    {0x92, "I*S", 5, 255, {0}, 0},
    {0xB2, "I*S", 5, 255, {0}, 0},
    {0xD2, "E", 1, 1, {0}, 0},
    {0x13, "", 0, 0, {0}, 0},
    {0x93, "R", 6, 6, {0}, 0},
    {0x14, "IAO*", 12, 255, {0}, 0},
    {0x94, "", 0, 0, {0}, 0},
    {0xD4, "E", 1, 1, {0}, 0},
    {0x15, "R", 6, 6, {0}, 0},
    {0x95, "", 0, 0, {0}, 0},
    {0x16, "F", 4, 4, {0}, 0},
    {0x96, "", 0, 0, {0}, 0},
    {0xD6, "E", 1, 1, {0}, 0},
    {0x17, "*", 1, 1, {0}, 0},
    {0x97, "*", 1, 1, {0}, 1},
    {0xD7, "E", 1, 1, {0}, 0},
    {0x18, "IAW", 12, 12, {0}, 0},
    {0x98, "*", 4, 4, {0}, 1},
    {0xD8, "E", 1, 1, {0}, 0},
    {0x19, "AO*", 8, 28, {8, 28}, 0},
    {0x99, "", 0, 0, {0}, 0},
    {0xD9, "E", 1, 1, {0}, 0},
    {0x1A, "AO*", 8, 28, {8, 28}, 0},
    {0x9A, "", 0, 0, {0}, 0},
    {0xDA, "E", 1, 1, {0}, 0},
    {0x1B, "AOI", 12, 28, {12, 28}, 0},
    {0x9B, "", 0, 0, {0}, 0},
    {0xDB, "E", 1, 1, {0}, 0},
    {0x1C, "AONT", 16, 28, {16, 28}, 0},
    {0x9C, "", 0, 0, {0}, 0},
    {0xDC, "E", 1, 1, {0}, 0},
};

const mbill__dlt645_row *mbill__dlt645_row_find(uint8_t control)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].control == control) return &rows[i];
    return NULL;
}

static mbill_status refuse_control(uint8_t control, mbill_error *err)
{
    uint8_t function = control & MBILL__DLT645_FUNCTION;
    if (mbill__dlt645_row_find(function) == NULL)
        return mbill__fail(err, MBILL_E_FUNCTION, "%02XH is no function of the 2007 protocol (control byte %02XH)", function,
            control);
    if ((control & MBILL__DLT645_REPLY) == 0)
        return mbill__fail(err, MBILL_E_DIRECTION, "control byte %02XH is a request with bits that only a reply has", control);
    return mbill__fail(err, MBILL_E_FUNCTION, "function %02XH has no reply %02XH", function, control);
}

static bool possible(const mbill__dlt645_row *row, uint8_t length)
{
    if (row->empty != 0 && length == 0) return true;
    if (length < row->min || length > row->max) return false;
    for (size_t i = 0; i < sizeof row->only && row->only[0] != 0; i++)
        if (row->only[i] == length) return true;
    return row->only[0] == 0;
}

mbill_status mbill__dlt645_row_of(const mbill_dlt645_frame *frame, const mbill_dlt645_profile *profile,
    const mbill__dlt645_row **out, mbill_error *err)
{
    uint8_t control = frame->control, length = frame->length;
    const mbill__dlt645_row *row = mbill__dlt645_row_find(control);
    if (row == NULL) return refuse_control(control, err);
    if (length > profile->read_limit)
        return mbill__fail(err, MBILL_E_LENGTH, "L is %u, expected at most %d", length, (int)profile->read_limit);
    if (!possible(row, length))
        return mbill__fail(err, MBILL_E_LENGTH, "L is %u, which function %02XH does not have", length, control);
    if (row->shape[0] == 'X' && profile->serr_bytes != 0 && length != profile->serr_bytes)
        return mbill__fail(err, MBILL_E_LENGTH, "SERR has %u bytes, the profile's serr_bytes is %d", length,
            (int)profile->serr_bytes);
    *out = row;
    return MBILL_OK;
}

mbill_status mbill_dlt645_check(const mbill_dlt645_frame *frame, const mbill_dlt645_profile *profile, mbill_error *err)
{
    mbill_dlt645_profile known;
    const mbill__dlt645_row *row;
    MBILL__NEED(frame);
    MBILL_TRY(mbill__dlt645_profile_known(profile, &known, err));
    return mbill__dlt645_row_of(frame, &known, &row, err);
}
