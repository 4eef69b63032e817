/* SPDX-License-Identifier: Apache-2.0 */
/* Reading tariffs: what loads, and for every refusal its status, its place and its sentence. A case takes a good document and replaces
 * one text in it by another. */
#include "check_run.h"
#include "counting_allocator.h"
#include "meterbill/tariff.h"
#include "refusal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const good =
    "{\"meterbill\": 1, \"kind\": \"tariff\", \"id\": \"town-power\", \"version\": \"2026-01-01\", \"title\": \"Town\", "
    "\"source\": \"a price list\","
    " \"currency\": \"CNY\", \"zone\": \"CST-8\", \"valid\": {\"from\": \"2026-01-01\", \"to\": \"2027-01-01\"},"
    " \"inputs\": {\"energy\": {\"register\": \"import\", \"unit\": \"kWh\", \"across_boundary\": \"refuse\"}, \"area\": "
    "{\"fact\": \"area\", \"unit\": \"m2\"}},"
    " \"calendar\": {\"clock\": \"local\","
    "  \"seasons\": [{\"name\": \"summer\", \"from\": \"07-01\", \"to\": \"10-01\"}, {\"name\": \"rest\", \"from\": \"10-01\", "
    "\"to\": \"07-01\"}],"
    "  \"days\": [{\"name\": \"event\", \"from_list\": \"event_days\"}, {\"name\": \"holiday\", \"dates\": "
    "[\"2026-10-01/2026-10-08\", \"2026-12-31\"]},"
    "   {\"name\": \"weekend\", \"weekdays\": [\"sat\", \"sun\"]}, {\"name\": \"workday\", \"weekdays\": [\"mon\", \"tue\", "
    "\"wed\", \"thu\", \"fri\"]}],"
    "  \"periods\": [{\"name\": \"peak\", \"when\": [{\"season\": \"summer\", \"day\": [\"workday\", \"event\"], \"at\": "
    "[\"10:00-12:00\"]}, {\"season\": \"rest\", \"at\": [\"08:00-09:30\"]}]},"
    "   {\"name\": \"valley\", \"when\": [{\"at\": [\"22:00-06:00\"]}]}, {\"name\": \"flat\", \"otherwise\": true}]},"
    " \"rounding\": {\"line\": {\"step\": \"0.01\", \"how\": \"half_up\"}, \"charge\": \"none\", \"bill\": {\"step\": \"1\", "
    "\"how\": \"down\"}},"
    " \"charges\": ["
    "  {\"id\": \"energy\", \"title\": \"Energy\", \"to\": \"grid\", \"quantity\": \"energy\", \"unit\": \"kWh\", \"tiers\": "
    "{\"over\": \"year\", \"start\": \"07-01\", \"how\": \"graduated\","
    "   \"bounds\": [\"100\", \"200.5\"], \"across\": \"periods\", \"split\": \"chronological\", \"times\": \"area\", "
    "\"when_bounds_move\": \"count_total\"},"
    "   \"rate\": [{\"peak\": \"1.0\", \"valley\": \"0.3\", \"flat\": \"0.5\"}, {\"peak\": \"1.1\", \"valley\": \"0.4\", "
    "\"flat\": \"0.6\"}, {\"peak\": \"1.2\", \"valley\": \"0.5\", \"flat\": \"0.7\"}]},"
    "  {\"id\": \"basic\", \"quantity\": {\"product\": [\"area\", \"one\"], \"factor\": \"0.9\", \"round\": {\"step\": \"0.1\", "
    "\"how\": \"half_even\"}}, \"rate\": \"1.50\", \"per\": \"month\", \"part\": {\"days_of\": 30}},"
    "  {\"id\": \"tax\", \"quantity\": {\"money\": [\"energy\", \"basic\"]}, \"rate\": \"0.06\", \"round\": {\"step\": \"0.1\", "
    "\"how\": \"floor\"}},"
    "  {\"id\": \"least\", \"at_least\": {\"amount\": \"5\"}, \"of\": [\"energy\"]},"
    "  {\"id\": \"most\", \"at_most\": {\"quantity\": \"area\", \"rate\": \"25\"}, \"of\": [\"basic\", \"tax\"]}]}";

typedef struct change {
    const char *what, *by;
    mbill_status status;
    const char *path, *says;
} change;

/* The good document with the first occurrence of what replaced. */
static char *changed(const char *what, const char *by)
{
    const char *at = strstr(good, what);
    ck_assert_msg(at != NULL, "the document has no %s", what);
    size_t size = strlen(good) + strlen(by) + 1;
    char *out = malloc(size);
    snprintf(out, size, "%.*s%s%s", (int)(at - good), good, by, at + strlen(what));
    return out;
}

static const change changes[] = {
    {"{\"id\": \"least\", \"at_least\"",
        "{\"id\": \"kept\", \"quantity\": \"energy\", \"rate\": \"1\", \"credit\": []}, {\"id\": \"least\", \"at_least\"",
        MBILL_E_TYPE, "/charges/3/credit", "object"},
    {"{\"id\": \"least\", \"at_least\"",
        "{\"id\": \"kept\", \"quantity\": \"energy\", \"rate\": \"1\", \"credit\": {\"then\": \"lost\"}}, {\"id\": \"least\", "
        "\"at_least\"",
        MBILL_E_MISSING_KEY, "/charges/3/credit/until", "until"},
    {"{\"id\": \"least\", \"at_least\"",
        "{\"id\": \"kept\", \"quantity\": \"energy\", \"rate\": \"1\", \"credit\": {\"until\": \"04-01\"}}, {\"id\": \"least\", "
        "\"at_least\"",
        MBILL_E_MISSING_KEY, "/charges/3/credit/then", "then"},
    {"{\"id\": \"least\", \"at_least\"",
        "{\"id\": \"kept\", \"quantity\": \"energy\", \"rate\": \"1\", \"credit\": {\"until\": \"04-31\", \"then\": \"lost\"}}, "
        "{\"id\": \"least\", \"at_least\"",
        MBILL_E_DATE, "/charges/3/credit/until", ""},
    {"{\"id\": \"least\", \"at_least\"",
        "{\"id\": \"kept\", \"quantity\": \"energy\", \"rate\": \"1\", \"credit\": {\"until\": \"04-01\", \"then\": \"kept\"}}, "
        "{\"id\": \"least\", \"at_least\"",
        MBILL_E_INVALID, "/charges/3/credit/then", "lost"},
    {"{\"id\": \"least\", \"at_least\"",
        "{\"id\": \"kept\", \"quantity\": \"energy\", \"rate\": \"1\", \"credit\": {\"until\": \"04-01\", \"then\": "
        "{\"paid_at\": \"0\"}}}, {\"id\": \"least\", \"at_least\"",
        MBILL_E_RANGE, "/charges/3/credit/then/paid_at", "above 0"},
    {"{\"id\": \"least\", \"at_least\"",
        "{\"id\": \"kept\", \"quantity\": \"energy\", \"rate\": \"1\", \"credit\": {\"until\": \"04-01\", \"then\": {}}}, "
        "{\"id\": \"least\", \"at_least\"",
        MBILL_E_MISSING_KEY, "/charges/3/credit/then/paid_at", "paid_at"},
    {"{\"id\": \"least\", \"at_least\"",
        "{\"id\": \"kept\", \"quantity\": \"energy\", \"rate\": \"1\", \"credit\": {\"until\": \"04-01\", \"then\": \"lost\", "
        "\"in\": \"kWh\"}}, {\"id\": \"least\", \"at_least\"",
        MBILL_E_UNKNOWN_KEY, "/charges/3/credit/in", "unknown"},
    {"\"at_least\": {\"amount\": \"5\"}", "\"at_least\": {\"amount\": \"5\"}, \"credit\": {\"until\": \"04-01\"}",
        MBILL_E_MISSING_KEY, "/charges/3/credit/then", "then"},
    {"\"at_least\": {\"amount\": \"5\"}", "\"at_least\": {\"amount\": \"5\"}, \"credit\": {\"until\": \"04-01\", \"then\": \"\"}",
        MBILL_E_INVALID, "/charges/3/credit/then", "lost"},
    {"\"of\": [\"basic\", \"tax\"]", "\"of\": [\"basic\", \"tax\"], \"credit\": {\"until\": \"04-01\", \"then\": \"lost\"}",
        MBILL_E_INVALID, "/charges/4/credit", "a maximum keeps nothing"},
    {"\"at_least\": {\"amount\": \"5\"}",
        "\"at_least\": {\"amount\": \"5\", \"over\": \"month\"}, \"credit\": {\"until\": \"04-01\", \"then\": \"lost\"}",
        MBILL_E_INVALID, "/charges/3/credit", "a minimum over more than a bill keeps nothing"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"credit\": {\"until\": \"04-01\", \"then\": \"lost\"}", MBILL_E_INVALID,
        "/charges/2/credit", "at one rate"},
    {"\"rounding\": {\"line\"", "\"tables\": [], \"rounding\": {\"line\"", MBILL_E_TYPE, "/tables", "object"},
    {"\"rounding\": {\"line\"", "\"tables\": {\"t\": {}}, \"rounding\": {\"line\"", MBILL_E_TYPE, "/tables/t", "list"},
    {"\"rounding\": {\"line\"", "\"tables\": {\"t\": []}, \"rounding\": {\"line\"", MBILL_E_INVALID, "/tables/t", ""},
    {"\"rounding\": {\"line\"", "\"tables\": {\"t\": [{\"value\": \"1\"}]}, \"rounding\": {\"line\"", MBILL_E_INVALID,
        "/tables/t", "nothing looks into"},
    {"\"rounding\": {\"line\"", "\"tables\": {\"t\": [{\"up_to\": \"1\"}]}, \"rounding\": {\"line\"", MBILL_E_MISSING_KEY,
        "/tables/t/0/value", "value"},
    {"\"rounding\": {\"line\"", "\"tables\": {\"t\": [{\"to\": \"1\", \"value\": \"1\"}]}, \"rounding\": {\"line\"",
        MBILL_E_UNKNOWN_KEY, "/tables/t/0/to", "unknown"},
    {"\"rounding\": {\"line\"",
        "\"tables\": {\"t\": [{\"up_to\": \"1\", \"below\": \"1\", \"value\": \"1\"}]}, \"rounding\": {\"line\"", MBILL_E_INVALID,
        "/tables/t/0", "both"},
    {"\"rounding\": {\"line\"",
        "\"tables\": {\"t\": [{\"is\": \"1\", \"below\": \"2\", \"value\": \"1\"}]}, \"rounding\": {\"line\"", MBILL_E_INVALID,
        "/tables/t/0/is", "one number"},
    {"\"rounding\": {\"line\"",
        "\"tables\": {\"t\": [{\"above\": \"1\", \"up_to\": \"1\", \"value\": \"1\"}]}, \"rounding\": {\"line\"", MBILL_E_INVALID,
        "/tables/t/0", "no number"},
    {"\"rounding\": {\"line\"",
        "\"tables\": {\"t\": [{\"up_to\": \"1\", \"value\": \"1\"}, {\"at_least\": \"1\", \"value\": \"1\"}]}, \"rounding\": "
        "{\"line\"",
        MBILL_E_AMBIGUOUS, "/tables/t/1", "row 0"},
    {"\"rounding\": {\"line\"",
        "\"tables\": {\"t\": [{\"value\": \"1\", \"add\": {\"above\": \"1\", \"to_value\": \"1\", \"steps\": \"exact\"}}]}, "
        "\"rounding\": {\"line\"",
        MBILL_E_MISSING_KEY, "/tables/t/0/add/for_each", "for_each"},
    {"\"rounding\": {\"line\"",
        "\"tables\": {\"t\": [{\"value\": \"1\", \"add\": {\"for_each\": \"0\", \"above\": \"1\", \"to_value\": \"1\", "
        "\"steps\": \"exact\"}}]}, \"rounding\": {\"line\"",
        MBILL_E_RANGE, "/tables/t/0/add/for_each", "above 0"},
    {"\"rounding\": {\"line\"",
        "\"tables\": {\"t\": [{\"value\": \"1\", \"add\": {\"for_each\": \"1\", \"to_value\": \"1\", \"steps\": \"exact\"}}]}, "
        "\"rounding\": {\"line\"",
        MBILL_E_INVALID, "/tables/t/0/add", "exactly one of"},
    {"\"rounding\": {\"line\"",
        "\"tables\": {\"t\": [{\"value\": \"1\", \"add\": {\"for_each\": \"1\", \"above\": \"1\", \"below\": \"1\", "
        "\"to_value\": \"1\", \"steps\": \"exact\"}}]}, \"rounding\": {\"line\"",
        MBILL_E_INVALID, "/tables/t/0/add", "exactly one of"},
    {"\"rounding\": {\"line\"",
        "\"tables\": {\"t\": [{\"value\": \"1\", \"add\": {\"for_each\": \"1\", \"above\": \"1\", \"steps\": \"exact\"}}]}, "
        "\"rounding\": {\"line\"",
        MBILL_E_MISSING_KEY, "/tables/t/0/add/to_value", "to_value"},
    {"\"rounding\": {\"line\"",
        "\"tables\": {\"t\": [{\"value\": \"1\", \"add\": {\"for_each\": \"1\", \"above\": \"1\", \"to_value\": \"1\"}}]}, "
        "\"rounding\": {\"line\"",
        MBILL_E_AMBIGUOUS, "/tables/t/0/add", "\"steps\""},
    {"\"rounding\": {\"line\"",
        "\"tables\": {\"t\": [{\"value\": \"1\", \"add\": {\"for_each\": \"1\", \"above\": \"1\", \"to_value\": \"1\", "
        "\"steps\": \"even\"}}]}, \"rounding\": {\"line\"",
        MBILL_E_INVALID, "/tables/t/0/add/steps", "half_up"},
    {"\"rate\": \"0.06\"", "\"rate\": {\"table\": \"t\", \"by\": \"area\"}", MBILL_E_NOT_FOUND, "/charges/2/rate/table",
        "not a table"},
    {"\"rate\": \"0.06\"", "\"rate\": {\"table\": \"t\", \"by\": \"area\", \"or\": \"1\"}", MBILL_E_UNKNOWN_KEY,
        "/charges/2/rate/or", "unknown"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"table\": \"t\", \"by\": \"area\"}}", MBILL_E_MISSING_KEY,
        "/inputs/x/round", "round"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"table\": \"t\", \"by\": \"area\", \"round\": {\"step\": \"1\", \"how\": \"down\"}}}",
        MBILL_E_NOT_FOUND, "/inputs/x/table", "not a table"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"table\": \"t\", \"round\": {\"step\": \"1\", \"how\": \"down\"}}}",
        MBILL_E_MISSING_KEY, "/inputs/x/by", "by"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"table\": \"t\", \"by\": \"y\", \"round\": {\"step\": \"1\", \"how\": \"down\"}}}, "
        "\"tables\": {\"t\": [{\"value\": \"1\"}]}",
        MBILL_E_NOT_FOUND, "/inputs/x/by", "not an input"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"plus\": [\"y\", \"y\", \"y\", \"y\", \"y\", \"y\", \"y\", \"y\"], \"per\": \"bill\", "
        "\"unit\": \"kWh\"}, \"y\": {\"plus\": [\"z\", \"z\", \"z\", \"z\", \"z\", \"z\", \"z\", \"z\"], \"per\": \"bill\", "
        "\"unit\": \"kWh\"}, \"z\": {\"plus\": [\"energy\", \"energy\"], \"per\": \"bill\", \"unit\": \"kWh\"}}",
        MBILL_E_LIMIT, "/inputs/x", "more than 64"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"register\": \"a\", \"plus\": [\"energy\"], \"unit\": \"kWh\"}}",
        MBILL_E_INVALID, "/inputs/x", "exactly one of"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": 5}", MBILL_E_TYPE, "/inputs/x", "object"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"minus\": [\"energy\", \"energy\"], \"per\": \"bill\", \"unit\": \"kWh\"}}",
        MBILL_E_AMBIGUOUS, "/inputs/x", "\"part\""},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"plus\": [\"energy\"], \"unit\": \"kWh\"}}", MBILL_E_AMBIGUOUS,
        "/inputs/x", "\"per\""},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"plus\": [\"energy\"], \"per\": \"day\", \"unit\": \"kWh\"}}",
        MBILL_E_INVALID, "/inputs/x/per", "interval"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"plus\": [\"energy\"], \"per\": \"bill\", \"part\": \"upper\", \"unit\": \"kWh\"}}",
        MBILL_E_INVALID, "/inputs/x/part", "positive"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"plus\": [\"energy\"], \"per\": \"bill\"}}", MBILL_E_MISSING_KEY,
        "/inputs/x/unit", "unit"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"plus\": \"energy\", \"per\": \"bill\", \"unit\": \"kWh\"}}",
        MBILL_E_TYPE, "/inputs/x/plus", "list"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"minus\": [\"energy\"], \"part\": \"all\", \"per\": \"bill\", \"unit\": \"kWh\"}}",
        MBILL_E_INVALID, "/inputs/x/minus", ""},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"plus\": [\"power\"], \"per\": \"bill\", \"unit\": \"kWh\"}}",
        MBILL_E_NOT_FOUND, "/inputs/x/plus/0", "power"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"plus\": [\"energy@noon\"], \"per\": \"bill\", \"unit\": \"kWh\"}}",
        MBILL_E_NOT_FOUND, "/inputs/x/plus/0", "noon"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"plus\": [\"energy@peak\"], \"per\": \"period\", \"unit\": \"kWh\"}}",
        MBILL_E_INVALID, "/inputs/x/plus/0", "one period"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"plus\": [\"area\"], \"per\": \"interval\", \"unit\": \"kWh\"}}",
        MBILL_E_INVALID, "/inputs/x/plus/0", "per bill"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"plus\": [{\"of\": \"energy\"}], \"per\": \"bill\", \"unit\": \"kWh\"}}",
        MBILL_E_MISSING_KEY, "/inputs/x/plus/0/times", "times"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"plus\": [{\"of\": \"energy\", \"times\": \"0\"}], \"per\": \"bill\", \"unit\": \"kWh\"}}",
        MBILL_E_RANGE, "/inputs/x/plus/0/times", "above 0"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"plus\": [{\"of\": \"energy\", \"times\": \"1\", \"at\": \"1\"}], \"per\": \"bill\", "
        "\"unit\": \"kWh\"}}",
        MBILL_E_UNKNOWN_KEY, "/inputs/x/plus/0/at", "at"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"plus\": [\"energy\", \"energy\", \"energy\", \"energy\", \"energy\", \"energy\", "
        "\"energy\", \"energy\", \"energy\"], \"per\": \"bill\", \"unit\": \"kWh\"}}",
        MBILL_E_LIMIT, "/inputs/x/plus", "at most 8"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"plus\": [\"x\"], \"per\": \"bill\", \"unit\": \"kWh\"}}",
        MBILL_E_INVALID, "/inputs/x", "made of itself"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"plus\": [\"energy\"], \"per\": \"bill\", \"unit\": \"kWh\", \"across_boundary\": "
        "\"prorate\"}}",
        MBILL_E_INVALID, "/inputs/x/across_boundary", "not counted per interval"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"plus\": [\"energy\"], \"per\": \"bill\", \"unit\": \"kWh\", \"round\": \"up\"}}",
        MBILL_E_INVALID, "/inputs/x/round", "none"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"quotient\": [\"energy\", \"area\"]}}", MBILL_E_MISSING_KEY,
        "/inputs/x/round", "round"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"x\": {\"quotient\": [\"energy\", \"area\"], \"round\": \"none\"}}",
        MBILL_E_INVALID, "/inputs/x/round", "last digit"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"quotient\": [\"energy\"], \"round\": {\"step\": \"0.01\", \"how\": \"down\"}}}",
        MBILL_E_INVALID, "/inputs/x/quotient", ""},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"quotient\": [\"energy\", \"area\", \"area\"], \"round\": {\"step\": \"0.01\", \"how\": "
        "\"down\"}}}",
        MBILL_E_LIMIT, "/inputs/x/quotient", "at most 2"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"quotient\": [\"energy\", {\"of\": \"energy\", \"times\": \"2\"}], \"round\": {\"step\": "
        "\"0.01\", \"how\": \"down\"}}}",
        MBILL_E_INVALID, "/inputs/x/quotient/1", "no factor"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"apparent\": [\"energy\", \"energy\"], \"unit\": \"kVAh\", \"round\": {\"step\": \"1\", "
        "\"how\": "
        "\"down\"}}}",
        MBILL_E_AMBIGUOUS, "/inputs/x", "per"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"apparent\": [\"energy\", \"energy\"], \"unit\": \"kVAh\", \"per\": \"bill\"}}",
        MBILL_E_MISSING_KEY, "/inputs/x/round", "round"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"apparent\": [\"energy\", \"energy\"], \"unit\": \"kVAh\", \"per\": \"bill\", \"round\": "
        "\"none\"}}",
        MBILL_E_INVALID, "/inputs/x/round", "last digit"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"apparent\": [\"energy\", \"energy\"], \"per\": \"bill\", \"round\": {\"step\": \"1\", "
        "\"how\": \"down\"}}}",
        MBILL_E_MISSING_KEY, "/inputs/x/unit", "unit"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"apparent\": [\"energy\", \"energy\"], \"unit\": \"kVAh\", \"per\": \"bill\", \"part\": "
        "\"all\", \"round\": {"
        "\"step\": \"1\", \"how\": \"down\"}}}",
        MBILL_E_UNKNOWN_KEY, "/inputs/x/part", "part"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"apparent\": [\"energy\", \"energy\", \"energy\"], \"unit\": \"kVAh\", \"per\": \"bill\", "
        "\"round\": {\"step\": "
        "\"1\", \"how\": \"down\"}}}",
        MBILL_E_LIMIT, "/inputs/x/apparent", "at most 2"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"apparent\": [\"energy\", {\"of\": \"energy\", \"times\": \"2\"}], \"unit\": \"kVAh\", "
        "\"per\": \"bill\", "
        "\"round\": {\"step\": \"1\", \"how\": \"down\"}}}",
        MBILL_E_INVALID, "/inputs/x/apparent/1", "no factor"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"apparent\": [\"energy\", \"area\"], \"unit\": \"kVAh\", \"per\": \"interval\", \"round\": "
        "{\"step\": \"1\", "
        "\"how\": \"down\"}}}",
        MBILL_E_INVALID, "/inputs/x/apparent/1", "per bill"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"apparent\": [\"energy\", \"energy\"], \"unit\": \"kVAh\", \"per\": \"interval\", "
        "\"round\": {\"step\": "
        "\"1\", \"how\": \"down\"}}, \"y\": {\"plus\": [\"x\", \"energy\"], \"unit\": \"kVAh\", \"per\": \"interval\"}}",
        MBILL_E_INVALID, "/inputs/y/plus/0", "add up"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"power_factor\": [\"energy\", \"energy\"], \"round\": {\"step\": \"10\", \"how\": "
        "\"down\"}}}",
        MBILL_E_RANGE, "/inputs/x/round", "at most 1"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"power_factor\": [\"energy\", \"energy\"], \"round\": {\"step\": \"0.01\", \"how\": "
        "\"down\"}, \"if_none\": 1.5}}",
        MBILL_E_NUMBER, "/inputs/x/if_none", ""},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"x\": {\"power_factor\": [\"energy\", \"energy\"], \"round\": {\"step\": \"0.01\", \"how\": "
        "\"down\"}, \"part\": \"all\"}}",
        MBILL_E_UNKNOWN_KEY, "/inputs/x/part", "part"},
    {"\"rounding\": {\"line\"", "\"buy\": [], \"rounding\": {\"line\"", MBILL_E_TYPE, "/buy", "object"},
    {"\"rounding\": {\"line\"", "\"buy\": {\"how\": \"down\"}, \"rounding\": {\"line\"", MBILL_E_MISSING_KEY, "/buy/step",
        "step"},
    {"\"rounding\": {\"line\"", "\"buy\": {\"step\": \"0.1\"}, \"rounding\": {\"line\"", MBILL_E_MISSING_KEY, "/buy/how", "how"},
    {"\"rounding\": {\"line\"", "\"buy\": {\"step\": \"0\", \"how\": \"down\"}, \"rounding\": {\"line\"", MBILL_E_RANGE,
        "/buy/step", "above 0"},
    {"\"rounding\": {\"line\"", "\"buy\": {\"step\": \"10001\", \"how\": \"down\"}, \"rounding\": {\"line\"", MBILL_E_RANGE,
        "/buy/step", "at most 10000"},
    {"\"rounding\": {\"line\"", "\"buy\": {\"step\": \"0.1\", \"how\": \"up\"}, \"rounding\": {\"line\"", MBILL_E_INVALID,
        "/buy/how", "half_up"},
    {"\"rounding\": {\"line\"", "\"buy\": {\"step\": \"0.000001\", \"how\": \"half_up\"}, \"rounding\": {\"line\"",
        MBILL_E_DIGITS, "/buy/step", "half of this step"},
    {"\"rounding\": {\"line\"", "\"buy\": {\"step\": \"0.1\", \"how\": \"down\", \"for\": \"all\"}, \"rounding\": {\"line\"",
        MBILL_E_UNKNOWN_KEY, "/buy/for", "unknown key"},
    {"\"rounding\": {\"line\"", "\"buy\": {\"step\": \"0.1\", \"how\": \"down\"}, \"rounding\": {\"line\"", MBILL_E_AMBIGUOUS,
        "/buy", "instant of purchase"},
    {"\"rounding\": {\"line\"",
        "\"buy\": {\"step\": \"0.1\", \"how\": \"down\", \"period_at\": \"use\"}, \"rounding\": {\"line\"", MBILL_E_INVALID,
        "/buy/period_at", "instant of purchase"},
    {"\"over\": \"year\", \"start\": \"07-01\"", "\"over\": \"purchases\"", MBILL_E_AMBIGUOUS, "/charges/0/tiers/over",
        "expected \"buy\""},
    {"\"per\": \"month\", \"part\": {\"days_of\": 30}", "\"once_per\": \"week\"", MBILL_E_INVALID, "/charges/1/once_per",
        "quarter"},
    {"\"per\": \"month\", \"part\": {\"days_of\": 30}", "\"per\": \"month\", \"once_per\": \"month\"", MBILL_E_INVALID,
        "/charges/1/per", "one of them"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"once_per\": \"month\"", MBILL_E_INVALID, "/charges/2/once_per", "fixed amount"},
    {"\"per\": \"month\", \"part\": {\"days_of\": 30}", "\"once_per\": \"month\", \"start\": \"11-15\"", MBILL_E_INVALID,
        "/charges/1/start", "a quarter or a year"},
    {"\"per\": \"month\", \"part\": {\"days_of\": 30}", "\"once_per\": \"year\", \"start\": \"11-31\"", MBILL_E_DATE,
        "/charges/1/start", ""},
    {"\"per\": \"month\", \"part\"", "\"per\": \"month\", \"start\": \"11-15\", \"part\"", MBILL_E_INVALID, "/charges/1/start",
        "once_per"},
    {"\"of\": [\"energy\"]", "\"of\": [\"energy\"], \"start\": \"11-15\"", MBILL_E_INVALID, "/charges/3/start", "minimum"},
    {"\"of\": [\"energy\"]", "\"of\": [\"energy\"], \"once_per\": \"month\"", MBILL_E_INVALID, "/charges/3/once_per", "minimum"},
    {"\"version\": \"2026-01-01\"", "\"version\": 5", MBILL_E_TYPE, "/version", "name"},
    {"\"title\": \"Town\"", "\"title\": 5", MBILL_E_TYPE, "/title", "text"},
    {"\"currency\": \"CNY\"", "\"currency\": 5", MBILL_E_TYPE, "/currency", "text"},
    {"\"zone\": \"CST-8\"", "\"zone\": 5", MBILL_E_TYPE, "/zone", "text"},
    {"\"valid\": {\"from\": \"2026-01-01\", \"to\": \"2027-01-01\"}", "\"valid\": []", MBILL_E_TYPE, "/valid", "object"},
    {"\"valid\": {\"from\": \"2026-01-01\", \"to\": \"2027-01-01\"}", "\"valid\": {\"from\": 1, \"to\": null}", MBILL_E_TYPE,
        "/valid/from", "text"},
    {"\"valid\": {\"from\": \"2026-01-01\", \"to\": \"2027-01-01\"}",
        "\"valid\": {\"from\": \"2026-01-01\", \"to\": \"3000-01-01\"}", MBILL_E_RANGE, "/valid/to", "3000"},
    {"\"register\": \"import\", \"unit\": \"kWh\"", "\"register\": 1, \"unit\": \"kWh\"", MBILL_E_TYPE, "/inputs/energy/register",
        "name"},
    {"\"register\": \"import\", \"unit\": \"kWh\"", "\"register\": \"import\", \"unit\": 1", MBILL_E_TYPE, "/inputs/energy/unit",
        "text"},
    {"\"register\": \"import\", \"unit\": \"kWh\"", "\"register\": \"import\"", MBILL_E_MISSING_KEY, "/inputs/energy/unit",
        "unit"},
    {"\"across_boundary\": \"refuse\"", "\"across_boundary\": 1", MBILL_E_TYPE, "/inputs/energy/across_boundary", "text"},
    {"\"calendar\": {", "\"calendar\": [], \"x\": {", MBILL_E_UNKNOWN_KEY, "/x", "x"},
    {"\"clock\": \"local\"", "\"clock\": \"solar\"", MBILL_E_INVALID, "/calendar/clock", "standard"},
    {"\"seasons\": [", "\"seasons\": {}, \"season\": [", MBILL_E_UNKNOWN_KEY, "/calendar/season", "seasons"},
    {"{\"name\": \"summer\", \"from\": \"07-01\", \"to\": \"10-01\"}", "{\"name\": \"summer\", \"from\": \"07-01\"}",
        MBILL_E_MISSING_KEY, "/calendar/seasons/0/to", "to"},
    {"{\"name\": \"summer\", \"from\": \"07-01\", \"to\": \"10-01\"}", "{\"from\": \"07-01\", \"to\": \"10-01\"}",
        MBILL_E_MISSING_KEY, "/calendar/seasons/0/name", "name"},
    {"{\"name\": \"summer\", \"from\": \"07-01\", \"to\": \"10-01\"}",
        "{\"name\": \"summer\", \"from\": \"07-01\", \"to\": \"07-01\"}", MBILL_E_INVALID, "/calendar/seasons/0", "begins"},
    {"{\"name\": \"summer\", \"from\": \"07-01\", \"to\": \"10-01\"}", "{\"name\": \"summer\", \"otherwise\": true}",
        MBILL_E_INVALID, "/calendar/seasons/0/otherwise", "last"},
    {"\"from\": \"10-01\", \"to\": \"07-01\"", "\"from\": \"10-01\", \"otherwise\": true", MBILL_E_INVALID, "/calendar/seasons/1",
        "either"},
    {"\"weekdays\": [\"sat\", \"sun\"]", "\"weekdays\": [\"sat\", 7]", MBILL_E_TYPE, "/calendar/days/2/weekdays/1", "text"},
    {"\"weekdays\": [\"sat\", \"sun\"]", "\"weekdays\": []", MBILL_E_INVALID, "/calendar/days/2/weekdays", "0"},
    {"\"weekdays\": [\"sat\", \"sun\"]", "\"weekdays\": [\"sat\", \"sun\"], \"from_list\": \"x\"", MBILL_E_INVALID,
        "/calendar/days/2", "one of"},
    {"\"from_list\": \"event_days\"", "\"from_list\": 1", MBILL_E_TYPE, "/calendar/days/0/from_list", "name"},
    {"\"dates\": [\"2026-10-01/2026-10-08\", \"2026-12-31\"]", "\"dates\": \"2026-10-01\"", MBILL_E_TYPE,
        "/calendar/days/1/dates", "list"},
    {"\"2026-10-01/2026-10-08\"", "\"2026-10-01/2026-10-xx\"", MBILL_E_DATE, "/calendar/days/1/dates/0", "2026-10-xx"},
    {"\"when\": [{\"at\": [\"22:00-06:00\"]}]", "\"when\": {\"at\": [\"22:00-06:00\"]}", MBILL_E_TYPE, "/calendar/periods/1/when",
        "list"},
    {"\"when\": [{\"at\": [\"22:00-06:00\"]}]", "\"when\": [{\"at\": []}]", MBILL_E_INVALID, "/calendar/periods/1/when/0/at",
        "0"},
    {"\"when\": [{\"at\": [\"22:00-06:00\"]}]", "\"when\": [{\"at\": [\"22:00-06:60\"]}]", MBILL_E_INVALID,
        "/calendar/periods/1/when/0/at/0", "06:60"},
    {"\"when\": [{\"at\": [\"22:00-06:00\"]}]", "\"when\": [{\"on\": [\"22:00-06:00\"]}]", MBILL_E_UNKNOWN_KEY,
        "/calendar/periods/1/when/0/on", "on"},
    {"\"name\": \"valley\"", "\"name\": \"peak\"", MBILL_E_INVALID, "/calendar/periods/1", "twice"},
    {"\"rounding\": {\"line\": {\"step\": \"0.01\", \"how\": \"half_up\"}", "\"rounding\": {\"line\": {\"step\": \"0.01\"}",
        MBILL_E_MISSING_KEY, "/rounding/line/how", "how"},
    {"\"rounding\": {\"line\": {\"step\": \"0.01\", \"how\": \"half_up\"}",
        "\"rounding\": {\"line\": {\"step\": \"20000\", \"how\": \"half_up\"}", MBILL_E_RANGE, "/rounding/line/step", "10000"},
    {"\"rounding\": {\"line\": {\"step\": \"0.01\", \"how\": \"half_up\"}", "\"rounding\": {\"line\": []", MBILL_E_TYPE,
        "/rounding/line", "object"},
    {"\"quantity\": \"energy\", \"unit\"", "\"quantity\": 5, \"unit\"", MBILL_E_TYPE, "/charges/0/quantity", "text"},
    {"\"title\": \"Energy\"", "\"title\": 5", MBILL_E_TYPE, "/charges/0/title", "text"},
    {"\"to\": \"grid\"", "\"to\": []", MBILL_E_TYPE, "/charges/0/to", "text"},
    {"\"unit\": \"kWh\", \"tiers\"", "\"unit\": 5, \"tiers\"", MBILL_E_TYPE, "/charges/0/unit", "text"},
    {"\"tiers\": {\"over\": \"year\"", "\"tiers\": {\"over\": 5", MBILL_E_TYPE, "/charges/0/tiers/over", "text"},
    {"\"how\": \"graduated\"", "\"how\": \"sliding\"", MBILL_E_INVALID, "/charges/0/tiers/how", "whole"},
    {"\"bounds\": [\"100\", \"200.5\"]", "\"bounds\": []", MBILL_E_INVALID, "/charges/0/tiers/bounds", "0"},
    {"\"bounds\": [\"100\", \"200.5\"]", "\"bounds\": [\"100\", 200.5]", MBILL_E_NUMBER, "/charges/0/tiers/bounds/1",
        "write it as text"},
    {"\"bounds\": [\"100\", \"200.5\"], ", "", MBILL_E_MISSING_KEY, "/charges/0/tiers/bounds", "bounds"},
    {"\"across\": \"periods\"", "\"across\": \"seasons\"", MBILL_E_INVALID, "/charges/0/tiers/across", "each_period"},
    {"\"split\": \"chronological\"", "\"split\": \"fair\"", MBILL_E_INVALID, "/charges/0/tiers/split", "proportional"},
    {"\"times\": \"area\"", "\"times\": \"rooms\"", MBILL_E_NOT_FOUND, "/charges/0/tiers/times", "rooms"},
    {"\"start\": \"07-01\"", "\"start\": \"02-30\"", MBILL_E_DATE, "/charges/0/tiers/start", "02-30"},
    {"{\"product\": [\"area\", \"one\"], \"factor\": \"0.9\", \"round\": {\"step\": \"0.1\", \"how\": \"half_even\"}}",
        "{\"factor\": \"0.9\"}", MBILL_E_INVALID, "/charges/1/quantity", "exactly one"},
    {"\"factor\": \"0.9\"", "\"in\": \"GJ\"", MBILL_E_INVALID, "/charges/1/quantity/in", "beside \"of\""},
    {"\"factor\": \"0.9\"", "\"in\": \"BTU\"", MBILL_E_INVALID, "/charges/1/quantity/in", "is not one of"},
    {"\"product\": [\"area\", \"one\"], \"factor\": \"0.9\"", "\"of\": \"area\", \"in\": \"GJ\"", MBILL_E_INVALID,
        "/charges/1/quantity/in", "the input is counted in \"m2\""},
    {"\"factor\": \"0.9\"", "\"factor\": \"x\"", MBILL_E_NUMBER, "/charges/1/quantity/factor", "x"},
    {"\"rate\": \"1.50\"", "\"rate\": \"1,50\"", MBILL_E_NUMBER, "/charges/1/rate", "1,50"},
    {"\"rate\": \"1.50\", ", "", MBILL_E_MISSING_KEY, "/charges/1/rate", "rate"},
    {"\"per\": \"month\"", "\"per\": \"week\"", MBILL_E_INVALID, "/charges/1/per", "month"},
    {"\"part\": {\"days_of\": 30}", "\"part\": 30", MBILL_E_TYPE, "/charges/1/part", "object"},
    {"\"part\": {\"days_of\": 30}", "\"part\": {}", MBILL_E_MISSING_KEY, "/charges/1/part/days_of", "days_of"},
    {"\"part\": {\"days_of\": 30}", "\"part\": {\"days_of\": \"week\"}", MBILL_E_INVALID, "/charges/1/part/days_of", "week"},
    {"{\"money\": [\"energy\", \"basic\"]}", "{\"money\": []}", MBILL_E_INVALID, "/charges/2/quantity/money", "0"},
    {"{\"money\": [\"energy\", \"basic\"]}", "{\"money\": [5]}", MBILL_E_TYPE, "/charges/2/quantity/money/0", "text"},
    {"\"rate\": \"0.06\", \"round\": {\"step\": \"0.1\", \"how\": \"floor\"}", "\"rate\": \"0.06\", \"of\": [\"energy\"]",
        MBILL_E_INVALID, "/charges/2/of", "at_least"},
    {"\"at_least\": {\"amount\": \"5\"}", "\"at_least\": {\"amount\": 5.5}", MBILL_E_NUMBER, "/charges/3/at_least/amount",
        "write it as text"},
    {"\"at_least\": {\"amount\": \"5\"}", "\"at_least\": {\"quantity\": \"area\"}", MBILL_E_MISSING_KEY,
        "/charges/3/at_least/rate", "rate"},
    {"\"at_least\": {\"amount\": \"5\"}", "\"at_least\": {}", MBILL_E_MISSING_KEY, "/charges/3/at_least/quantity", "quantity"},
    {"\"of\": [\"energy\"]}", "\"of\": [\"taxes\"]}", MBILL_E_NOT_FOUND, "/charges/3/of/0", "taxes"},
    {"\"meterbill\": 1", "\"meterbill\": 2", MBILL_E_VERSION, "/meterbill", "2"},
    {"\"kind\": \"tariff\"", "\"kind\": \"bill\"", MBILL_E_INVALID, "/kind", "bill"},
    {"\"id\": \"town-power\", ", "", MBILL_E_MISSING_KEY, "/id", "id"},
    {"\"title\"", "\"titel\"", MBILL_E_UNKNOWN_KEY, "/titel", "title"},
    {"\"id\": \"town-power\"", "\"id\": \"\"", MBILL_E_INVALID, "/id", ""},
    {"\"CNY\"", "\"yuan\"", MBILL_E_INVALID, "/currency", "yuan"},
    {"\"CST-8\"", "\"China\"", MBILL_E_ZONE, "/zone", ""},
    {"{\"from\": \"2026-01-01\", \"to\": \"2027-01-01\"}", "{\"from\": \"2026-01-01\", \"to\": \"2026-01-01\"}", MBILL_E_INVALID,
        "/valid", "ends"},
    {"{\"from\": \"2026-01-01\", \"to\": \"2027-01-01\"}", "{\"from\": \"2026-02-30\", \"to\": null}", MBILL_E_DATE,
        "/valid/from", "2026-02-30"},
    {"{\"from\": \"2026-01-01\", \"to\": \"2027-01-01\"}", "{\"from\": \"2026-01-01\"}", MBILL_E_MISSING_KEY, "/valid/to", "to"},
    {"\"fact\": \"area\"", "\"fact\": \"area\", \"register\": \"x\"", MBILL_E_INVALID, "/inputs/area", "exactly one"},
    {"\"fact\": \"area\", \"unit\": \"m2\"", "\"fact\": \"area\", \"unit\": \"m2\", \"across_boundary\": \"prorate\"",
        MBILL_E_INVALID, "/inputs/area/across_boundary", "register"},
    {"\"area\": {\"fact\"", "\"days\": {\"fact\"", MBILL_E_INVALID, "/inputs/days", "reserved"},
    {"\"area\": {\"fact\": \"area\"", "\"area\": {\"register\": \"import\"", MBILL_E_INVALID, "/inputs/area", "same"},
    {"\"area\": {\"fact\"", "\"a b\": {\"fact\"", MBILL_E_INVALID, "/inputs/a b", "letter"},
    {"\"refuse\"", "\"guess\"", MBILL_E_INVALID, "/inputs/energy/across_boundary", "guess"},
    {"\"to\": \"10-01\"}", "\"to\": \"09-01\"}", MBILL_E_COVERAGE, "/calendar/seasons", "no season"},
    {"\"to\": \"10-01\"}", "\"to\": \"11-01\"}", MBILL_E_COVERAGE, "/calendar/seasons", "two seasons"},
    {"\"from\": \"07-01\"", "\"from\": \"02-30\"", MBILL_E_DATE, "/calendar/seasons/0/from", "02-30"},
    {"\"name\": \"rest\"", "\"name\": \"summer\"", MBILL_E_INVALID, "/calendar/seasons/1", "twice"},
    {"\"thu\", \"fri\"", "\"thu\"", MBILL_E_COVERAGE, "/calendar/days", "fri"},
    {"\"thu\", \"fri\"", "\"thu\", \"fri\", \"sat\"", MBILL_E_COVERAGE, "/calendar/days", "sat"},
    {"\"thu\", \"fri\"", "\"thu\", \"thu\"", MBILL_E_INVALID, "/calendar/days/3/weekdays/4", "twice"},
    {"2026-10-01/2026-10-08", "2026-10-08/2026-10-08", MBILL_E_INVALID, "/calendar/days/1/dates/0", "not included"},
    {"2026-12-31", "2026-10-07", MBILL_E_ORDER, "/calendar/days/1/dates/1", "rising"},
    {"2026-12-31", "2026-13-31", MBILL_E_DATE, "/calendar/days/1/dates/1", "2026-13-31"},
    {"\"2026-12-31\"", "{\"date\": \"02-30\"}", MBILL_E_DATE, "/calendar/days/1/dates/1/date", "02-30"},
    {"\"2026-12-31\"", "{\"dates\": \"12-25\"}", MBILL_E_UNKNOWN_KEY, "/calendar/days/1/dates/1/dates", "date"},
    {"\"2026-12-31\"", "{\"weekday\": \"mon\"}", MBILL_E_INVALID, "/calendar/days/1/dates/1", "exactly one of"},
    {"\"2026-12-31\"", "{\"date\": \"12-25\", \"easter\": 1}", MBILL_E_INVALID, "/calendar/days/1/dates/1", "exactly one of"},
    {"\"2026-12-31\"", "{\"nth\": 0, \"weekday\": \"mon\", \"month\": 9}", MBILL_E_INVALID, "/calendar/days/1/dates/1/nth",
        "0 counts nothing"},
    {"\"2026-12-31\"", "{\"nth\": 6, \"weekday\": \"mon\", \"month\": 9}", MBILL_E_RANGE, "/calendar/days/1/dates/1/nth", "5"},
    {"\"2026-12-31\"", "{\"nth\": 1, \"weekday\": \"mon\"}", MBILL_E_MISSING_KEY, "/calendar/days/1/dates/1/month", "month"},
    {"\"2026-12-31\"", "{\"nth\": 1, \"weekday\": \"mon\", \"month\": 13}", MBILL_E_RANGE, "/calendar/days/1/dates/1/month",
        "12"},
    {"\"2026-12-31\"", "{\"nth\": 1, \"weekday\": \"monday\", \"month\": 9}", MBILL_E_INVALID, "/calendar/days/1/dates/1/weekday",
        "monday"},
    {"\"2026-12-31\"", "{\"nth\": 1, \"month\": 9}", MBILL_E_MISSING_KEY, "/calendar/days/1/dates/1/weekday", "weekday"},
    {"\"2026-12-31\"", "{\"date\": \"12-25\", \"weekday\": \"mon\"}", MBILL_E_INVALID, "/calendar/days/1/dates/1/weekday",
        "belongs"},
    {"\"2026-12-31\"", "{\"easter\": -2, \"month\": 4}", MBILL_E_INVALID, "/calendar/days/1/dates/1/month", "belongs"},
    {"\"2026-12-31\"", "{\"easter\": -81}", MBILL_E_RANGE, "/calendar/days/1/dates/1/easter", "80"},
    {"\"2026-12-31\"", "{\"easter\": \"-2\"}", MBILL_E_TYPE, "/calendar/days/1/dates/1/easter", "number"},
    {"\"2026-12-31\"", "{\"easter\": -2, \"plus\": 1}", MBILL_E_INVALID, "/calendar/days/1/dates/1/plus", "already"},
    {"\"2026-12-31\"", "{\"date\": \"12-25\", \"plus\": 32}", MBILL_E_RANGE, "/calendar/days/1/dates/1/plus", "31"},
    {"\"2026-12-31\"", "{\"on_or_after\": \"02-29\", \"weekday\": \"sat\"}", MBILL_E_INVALID,
        "/calendar/days/1/dates/1/on_or_after", "every year"},
    {"\"2026-12-31\"", "{\"on_or_before\": \"06-20\"}", MBILL_E_MISSING_KEY, "/calendar/days/1/dates/1/weekday", "weekday"},
    {"\"2026-12-31\"", "{\"date\": \"12-25\", \"observed\": \"next_monday\"}", MBILL_E_AMBIGUOUS, "/calendar/days/1/dates/1",
        "itself"},
    {"\"2026-12-31\"", "{\"date\": \"12-25\", \"itself\": true}", MBILL_E_INVALID, "/calendar/days/1/dates/1/itself", "observed"},
    {"\"2026-12-31\"", "{\"date\": \"12-25\", \"observed\": \"tuesday\", \"itself\": true}", MBILL_E_INVALID,
        "/calendar/days/1/dates/1/observed", "next_monday"},
    {"\"2026-12-31\"", "{\"date\": \"12-25\", \"observed\": {}, \"itself\": true}", MBILL_E_INVALID,
        "/calendar/days/1/dates/1/observed", "no weekday"},
    {"\"2026-12-31\"", "{\"date\": \"12-25\", \"observed\": {\"sun\": 0}, \"itself\": true}", MBILL_E_INVALID,
        "/calendar/days/1/dates/1/observed/sun", "0 days"},
    {"\"2026-12-31\"", "{\"date\": \"12-25\", \"observed\": {\"sun\": 7}, \"itself\": true}", MBILL_E_RANGE,
        "/calendar/days/1/dates/1/observed/sun", "6"},
    {"\"2026-12-31\"", "{\"date\": \"12-25\", \"observed\": {\"sunday\": 1}, \"itself\": true}", MBILL_E_UNKNOWN_KEY,
        "/calendar/days/1/dates/1/observed/sunday", "sun"},
    {"\"2026-12-31\"", "{\"date\": \"12-25\", \"observed\": \"next_monday\", \"itself\": \"no\"}", MBILL_E_TYPE,
        "/calendar/days/1/dates/1/itself", "true"},
    {"\"2026-12-31\"]},", "{\"easter\": 1}]}, {\"name\": \"workday\", \"dates\": [\"2026-04-06\"]},", MBILL_E_AMBIGUOUS,
        "/calendar/days/2", "2026-04-06"},
    {"\"season\": \"summer\"", "\"season\": \"spring\"", MBILL_E_INVALID, "/calendar/periods/0/when/0/season", "spring"},
    {"\"10:00-12:00\"", "\"10:00-25:00\"", MBILL_E_INVALID, "/calendar/periods/0/when/0/at/0", "10:00-25:00"},
    {"\"10:00-12:00\"", "\"10:00-10:00\"", MBILL_E_INVALID, "/calendar/periods/0/when/0/at/0", "10:00-10:00"},
    {"{\"name\": \"flat\", \"otherwise\": true}", "{\"name\": \"flat\", \"when\": [{\"at\": [\"06:01-22:00\"]}]}",
        MBILL_E_COVERAGE, "/calendar/periods/2/when/0/at/0", "peak"},
    {"{\"name\": \"flat\", \"otherwise\": true}", "{\"name\": \"flat\", \"when\": [{\"at\": [\"12:00-22:00\"]}]}",
        MBILL_E_COVERAGE, "/calendar/periods", "06:00"},
    {"{\"name\": \"flat\", \"otherwise\": true}", "{\"name\": \"flat\", \"otherwise\": false}", MBILL_E_INVALID,
        "/calendar/periods/2/otherwise", "true"},
    {"{\"name\": \"flat\", \"otherwise\": true}", "{\"name\": \"flat\"}", MBILL_E_INVALID, "/calendar/periods/2", "when"},
    {"\"22:00-06:00\"", "\"00:00-24:00\"", MBILL_E_COVERAGE, "/calendar/periods", "flat"},
    {"\"charge\": \"none\"", "\"charge\": \"never\"", MBILL_E_INVALID, "/rounding/charge", "never"},
    {"\"charge\": \"none\", ", "", MBILL_E_MISSING_KEY, "/rounding/charge", "charge"},
    {"\"step\": \"0.01\"", "\"step\": \"0\"", MBILL_E_RANGE, "/rounding/line/step", "step"},
    {"\"step\": \"0.01\"", "\"step\": 0.01", MBILL_E_NUMBER, "/rounding/line/step", "write it as text"},
    {"\"how\": \"half_up\"", "\"how\": \"round\"", MBILL_E_INVALID, "/rounding/line/how", "half_even"},
    {"\"quantity\": \"energy\"", "\"quantity\": \"power\"", MBILL_E_NOT_FOUND, "/charges/0/quantity", "power"},
    {"\"unit\": \"kWh\", \"tiers\"", "\"unit\": \"MWh\", \"tiers\"", MBILL_E_INVALID, "/charges/0/unit", "MWh"},
    {"\"over\": \"year\"", "\"over\": \"decade\"", MBILL_E_INVALID, "/charges/0/tiers/over", "decade"},
    {"\"over\": \"year\"", "\"over\": \"month\"", MBILL_E_INVALID, "/charges/0/tiers/start", "quarter"},
    {"\"start\": \"07-01\"", "\"start\": \"7-1\"", MBILL_E_DATE, "/charges/0/tiers/start", "7-1"},
    {"\"how\": \"graduated\"", "\"how\": \"whole\"", MBILL_E_AMBIGUOUS, "/charges/0/tiers", "bound_belongs"},
    {"\"how\": \"graduated\"", "\"how\": \"graduated\", \"bound_belongs\": \"above\"", MBILL_E_INVALID,
        "/charges/0/tiers/bound_belongs", "graduated"},
    {"\"bounds\": [\"100\", \"200.5\"]", "\"bounds\": [\"3000\", \"200\"]", MBILL_E_INVALID, "/charges/0/tiers/bounds/1", "200"},
    {"\"bounds\": [\"100\", \"200.5\"]", "\"bounds\": [\"0\", \"200\"]", MBILL_E_INVALID, "/charges/0/tiers/bounds/0", "0"},
    {"\"bounds\": [\"100\", \"200.5\"]", "\"bounds\": [\"100\", \"200.1234567\"]", MBILL_E_DIGITS, "/charges/0/tiers/bounds/1",
        "200.1234567"},
    {"\"across\": \"periods\", ", "", MBILL_E_AMBIGUOUS, "/charges/0/tiers", "across"},
    {"\"split\": \"chronological\", ", "", MBILL_E_AMBIGUOUS, "/charges/0/rate", "split"},
    {"\"across\": \"periods\"", "\"across\": \"each_period\"", MBILL_E_INVALID, "/charges/0/tiers/split", "split"},
    {"\"times\": \"area\"", "\"times\": \"energy\"", MBILL_E_INVALID, "/charges/0/tiers/times", "register"},
    {"\"times\": \"area\"", "\"widths\": [\"1\"]", MBILL_E_INVALID, "/charges/0/tiers/widths", "not both"},
    {"\"bounds\": [\"100\", \"200.5\"]", "\"widths\": [\"100\", \"0\"]", MBILL_E_INVALID, "/charges/0/tiers/widths/1", "width"},
    {"\"bounds\": [\"100\", \"200.5\"]", "\"widths\": [\"100\", \"50\"], \"add\": {\"for_each\": \"area\", \"to_bounds\": \"1\"}",
        MBILL_E_INVALID, "/charges/0/tiers/add", "widths"},
    {"\"bounds\": [\"100\", \"200.5\"]", "\"bounds\": {\"summer\": [\"1\", \"2\"], \"winter\": [\"1\", \"2\"]}",
        MBILL_E_UNKNOWN_KEY, "/charges/0/tiers/bounds/winter", "winter"},
    {"\"bounds\": [\"100\", \"200.5\"]", "\"bounds\": {\"summer\": [\"1\", \"2\"]}", MBILL_E_MISSING_KEY,
        "/charges/0/tiers/bounds/rest", "rest"},
    {"\"bounds\": [\"100\", \"200.5\"]", "\"bounds\": {\"summer\": [\"1\", \"2\"], \"rest\": [\"1\"]}", MBILL_E_INVALID,
        "/charges/0/tiers/bounds/rest", "as many"},
    {"\"bounds\": [\"100\", \"200.5\"]", "\"bounds\": [\"100\", {\"product\": [\"area\", \"energy\"]}]", MBILL_E_INVALID,
        "/charges/0/tiers/bounds/1/product", "register"},
    {"\"bounds\": [\"100\", \"200.5\"]", "\"bounds\": [\"100\", {\"product\": [\"area\", \"one\"], \"over\": \"0\"}]",
        MBILL_E_RANGE, "/charges/0/tiers/bounds/1/over", "above 0"},
    {"\"times\": \"area\"", "\"add\": {\"for_each\": \"days\", \"to_bounds\": \"1\"}", MBILL_E_INVALID,
        "/charges/0/tiers/add/for_each", "fact"},
    {"\"times\": \"area\"", "\"scale\": {\"by\": \"days\", \"of\": 0}", MBILL_E_RANGE, "/charges/0/tiers/scale/of", "1"},
    {"\"times\": \"area\"", "\"scale\": {\"by\": \"days\", \"of\": \"week\"}", MBILL_E_INVALID, "/charges/0/tiers/scale/of",
        "previous_month"},
    {"\"times\": \"area\"", "\"scale\": {\"by\": \"days\", \"of\": 30, \"only_outside\": [35, 25]}", MBILL_E_RANGE,
        "/charges/0/tiers/scale/only_outside/1", "35"},
    {"\"times\": \"area\"", "\"scale\": {\"by\": \"days\", \"of\": 30, \"only_outside\": [25, 35, 45]}", MBILL_E_INVALID,
        "/charges/0/tiers/scale/only_outside", "two"},
    {"\"times\": \"area\"", "\"fee\": {\"values\": [\"1\", \"2\"], \"due\": \"entered\"}", MBILL_E_INVALID,
        "/charges/0/tiers/fee/values", "3 tiers"},
    {"\"times\": \"area\"", "\"fee\": {\"values\": [\"1\", \"2\", \"3\"]}", MBILL_E_MISSING_KEY, "/charges/0/tiers/fee/due",
        "due"},
    {"\"times\": \"area\"", "\"pack\": [\"1\", \"2\", \"3\"]", MBILL_E_INVALID, "/charges/0/tiers/pack", "periods"},
    {"\"times\": \"area\"", "\"pack\": [\"1\", \"0\", \"3\"]", MBILL_E_RANGE, "/charges/0/tiers/pack", "more than 0"},
    {"\"quantity\": \"energy\"", "\"quantity\": {\"of\": \"energy\", \"free\": {\"quantity\": \"15\"}}", MBILL_E_AMBIGUOUS,
        "/charges/0/tiers/over", "free"},
    {"\"factor\": \"0.9\"", "\"free\": {\"quantity\": \"15\"}", MBILL_E_INVALID, "/charges/1/quantity/free", "register"},
    {"\"rate\": \"1.50\"", "\"rate\": {\"by_tier_of\": \"enery\", \"values\": [\"1\", \"2\", \"3\"]}", MBILL_E_NOT_FOUND,
        "/charges/1/rate/by_tier_of", "enery"},
    {"\"rate\": \"1.50\"", "\"rate\": {\"by_tier_of\": \"tax\", \"values\": [\"1\", \"2\", \"3\"]}", MBILL_E_INVALID,
        "/charges/1/rate/by_tier_of", "ladder"},
    {"\"rate\": \"1.50\"", "\"rate\": {\"by_tier_of\": \"energy\", \"values\": [\"1\", \"2\"]}", MBILL_E_INVALID,
        "/charges/1/rate/values", "3 tiers"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"only_if\": {\"total\": \"area\", \"above\": \"3\"}", MBILL_E_NOT_FOUND,
        "/charges/2/only_if/total", "register"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"only_if\": {\"total\": \"energy\", \"is\": \"3\"}", MBILL_E_INVALID,
        "/charges/2/only_if", "exactly one"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"only_if\": {\"total\": \"energy\", \"fact\": \"area\", \"above\": \"3\"}",
        MBILL_E_INVALID, "/charges/2/only_if", "exactly one"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"kind\": {\"fact\": \"kind\", \"words\": [\"A\"]}}", MBILL_E_INVALID,
        "/inputs/kind/words", "2"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"kind\": {\"fact\": \"kind\", \"words\": \"A\"}}", MBILL_E_TYPE,
        "/inputs/kind/words", "list"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"kind\": {\"fact\": \"kind\", \"words\": [\"A\", \"B\", \"A\"]}}",
        MBILL_E_INVALID, "/inputs/kind/words/2", "twice"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"kind\": {\"fact\": \"kind\", \"words\": [\"A\", \"1st\"]}}", MBILL_E_INVALID,
        "/inputs/kind/words/1", "letter"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"kind\": {\"fact\": \"kind\", \"words\": [\"A\", \"a b\"]}}", MBILL_E_INVALID,
        "/inputs/kind/words/1", "a b"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"kind\": {\"fact\": \"kind\", \"words\": [\"A\", \"B\"], \"unit\": \"1\"}}",
        MBILL_E_INVALID, "/inputs/kind/unit", "no unit"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"kind\": {\"register\": \"kind\", \"words\": [\"A\", \"B\"]}}", MBILL_E_INVALID,
        "/inputs/kind/words", "of a fact"},
    {"\"unit\": \"m2\"}}", "\"unit\": \"m2\"}, \"kind\": {\"fact\": \"kind\"}}", MBILL_E_MISSING_KEY, "/inputs/kind/unit",
        "unit"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"kind\": {\"fact\": \"kind\", \"words\": [\"A\", \"B\"]}, \"x\": {\"plus\": [\"kind\"], \"per\": "
        "\"bill\", \"unit\": \"1\"}}",
        MBILL_E_INVALID, "/inputs/x/plus/0", "is a word"},
    {"\"unit\": \"m2\"}}",
        "\"unit\": \"m2\"}, \"kind\": {\"fact\": \"kind\", \"words\": [\"w0\", \"w1\", \"w2\", \"w3\", \"w4\", \"w5\", \"w6\", "
        "\"w7\", \"w8\", \"w9\", \"w10\", \"w11\", \"w12\", \"w13\", \"w14\", \"w15\", \"w16\", \"w17\", \"w18\", \"w19\", "
        "\"w20\", \"w21\", \"w22\", \"w23\", \"w24\", \"w25\", \"w26\", \"w27\", \"w28\", \"w29\", \"w30\", \"w31\", \"w32\"]}}",
        MBILL_E_LIMIT, "/inputs/kind/words", "32"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"only_if\": {\"fact\": \"area\", \"is_one_of\": [\"3\"]}", MBILL_E_INVALID,
        "/charges/2/only_if/is_one_of", "words"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"only_if\": {\"fact\": \"area\"}", MBILL_E_INVALID, "/charges/2/only_if",
        "exactly one"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"only_if\": {\"fact\": \"area\", \"is\": \"3\", \"above\": \"2\"}",
        MBILL_E_INVALID, "/charges/2/only_if", "exactly one"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"only_if\": {\"total\": \"energy\", \"above\": \"3\", \"at_least\": \"4\"}",
        MBILL_E_INVALID, "/charges/2/only_if", "exactly one"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"only_if\": {\"total\": \"energy\", \"above\": \"3\", \"up_to\": \"3\"}",
        MBILL_E_INVALID, "/charges/2/only_if", "no number"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"only_if\": {\"total\": \"energy\", \"at_least\": \"4\", \"below\": \"4\"}",
        MBILL_E_INVALID, "/charges/2/only_if", "no number"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"only_if\": {\"total\": \"energy\", \"below\": {\"of\": \"energy\"}}",
        MBILL_E_INVALID, "/charges/2/only_if/below/of", "register"},
    {"\"rate\": \"0.06\"",
        "\"rate\": \"0.06\", \"only_if\": {\"total\": \"energy\", \"below\": {\"product\": [\"energy\", \"area\"]}}",
        MBILL_E_INVALID, "/charges/2/only_if/below/product", "register"},
    {"\"rate\": \"0.06\"",
        "\"rate\": \"0.06\", \"only_if\": {\"total\": \"energy\", \"below\": {\"product\": [\"area\", \"days\"], \"of\": "
        "\"area\"}}",
        MBILL_E_INVALID, "/charges/2/only_if/below/product", "not both"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"only_if\": {\"total\": \"energy\", \"below\": {\"factor\": \"2\"}}",
        MBILL_E_MISSING_KEY, "/charges/2/only_if/below/product", "product"},
    {"\"rate\": \"0.06\"",
        "\"rate\": \"0.06\", \"only_if\": {\"total\": \"energy\", \"below\": {\"of\": \"area\", \"over\": \"0\"}}", MBILL_E_RANGE,
        "/charges/2/only_if/below/over", "above 0"},
    {"\"rate\": \"0.06\"",
        "\"rate\": \"0.06\", \"only_if\": {\"total\": \"energy\", \"below\": {\"of\": \"area\", \"times\": \"2\"}}",
        MBILL_E_UNKNOWN_KEY, "/charges/2/only_if/below/times", "times"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"only_if\": [{\"fact\": \"area\", \"above\": \"3\", \"at_least\": \"4\"}]",
        MBILL_E_INVALID, "/charges/2/only_if/0", "exactly one"},
    {"\"over\": \"year\", \"start\": \"07-01\"", "\"over\": {\"months\": 5}", MBILL_E_INVALID, "/charges/0/tiers/over/months",
        "5 months"},
    {"\"over\": \"year\", \"start\": \"07-01\"", "\"over\": {\"years\": 2}", MBILL_E_UNKNOWN_KEY, "/charges/0/tiers/over/years",
        "years"},
    {"\"split\": \"chronological\"", "\"split\": \"uniform\"", MBILL_E_MISSING_KEY, "/charges/0/tiers/crossing_rate",
        "crossing_rate"},
    {"\"split\": \"chronological\"", "\"split\": \"uniform\", \"crossing_rate\": [\"0\", \"1\"]", MBILL_E_INVALID,
        "/charges/0/tiers/crossing_rate", "3 tiers"},
    {"\"split\": \"chronological\"", "\"split\": \"proportional\", \"crossing_rate\": [\"0\", \"1\", \"2\"]", MBILL_E_INVALID,
        "/charges/0/tiers/crossing_rate", "uniform"},
    {", \"when_bounds_move\": \"count_total\"", "", MBILL_E_AMBIGUOUS, "/charges/0/tiers", "when_bounds_move"},
    {"\"when_bounds_move\": \"count_total\"", "\"when_bounds_move\": \"rarely\"", MBILL_E_INVALID,
        "/charges/0/tiers/when_bounds_move", "keep_paid"},
    {"\"times\": \"area\", \"when_bounds_move\": \"count_total\"", "\"when_bounds_move\": \"count_total\"", MBILL_E_INVALID,
        "/charges/0/tiers/when_bounds_move", "follow facts"},
    {"\"when_bounds_move\": \"count_total\"",
        "\"when_bounds_move\": \"keep_paid\", \"fee\": {\"values\": [\"1\", \"2\", \"3\"], \"due\": "
        "\"entered\"}",
        MBILL_E_INVALID, "/charges/0/tiers/when_bounds_move", "without fees"},
    {"\"quantity\": \"energy\"", "\"quantity\": \"energy\", \"in_parts\": 2", MBILL_E_INVALID, "/charges/0/in_parts", "over"},
    {"\"rate\": \"1.50\"", "\"rate\": \"1.50\", \"in_parts\": 2", MBILL_E_INVALID, "/charges/1/in_parts", "fixed amount"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"in_parts\": 1", MBILL_E_RANGE, "/charges/2/in_parts", "2"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"in_parts\": \"days\"", MBILL_E_INVALID, "/charges/2/in_parts", "months"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"in_parts\": \"energy\"", MBILL_E_INVALID, "/charges/2/in_parts", "register"},
    {"\"rate\": \"0.06\"", "\"rate\": \"0.06\", \"in_parts\": \"many\"", MBILL_E_NOT_FOUND, "/charges/2/in_parts", "many"},
    {"\"at_least\": {", "\"in_parts\": 2, \"at_least\": {", MBILL_E_INVALID, "/charges/3/in_parts", "minimum"},
    {"\"rate\": \"1.50\"", "\"rate\": {\"base\": \"1\"}", MBILL_E_INVALID, "/charges/1/rate", "base"},
    {"\"rate\": \"1.50\"", "\"rate\": {\"base\": \"1\", \"times\": [\"1\", \"2\"]}", MBILL_E_INVALID, "/charges/1/rate/times",
        "1 tiers"},
    {"\"rate\": \"1.50\"", "\"rate\": {\"base\": \"0.123456789\", \"times\": \"0.1\"}", MBILL_E_AMBIGUOUS, "/charges/1/rate",
        "round"},
    {"\"rate\": \"1.50\"", "\"rate\": {\"base\": \"9000000000\", \"times\": \"9000000000\"}", MBILL_E_OVERFLOW, "/charges/1/rate",
        "range"},
    {"\"rate\": \"1.50\"", "\"rate\": {\"base\": \"1\", \"plus\": \"2\"}", MBILL_E_UNKNOWN_KEY, "/charges/1/rate/plus", "plus"},
    {"{\"peak\": \"1.0\"", "{\"peak\": {\"of\": \"noon\"}", MBILL_E_NOT_FOUND, "/charges/0/rate/0/peak/of", "noon"},
    {"{\"peak\": \"1.0\"", "{\"peak\": {\"of\": \"peak\", \"times\": \"2\"}", MBILL_E_NOT_FOUND, "/charges/0/rate/0/peak/of",
        "peak"},
    {"{\"peak\": \"1.0\"", "{\"peak\": {\"of\": \"flat\", \"of2\": \"2\"}", MBILL_E_UNKNOWN_KEY, "/charges/0/rate/0/peak/of2",
        "of2"},
    {"\"rate\": \"0.06\"", "\"rate\": {\"by\": \"area\", \"values\": {\"A\": \"1\", \"B\": \"2\"}}", MBILL_E_NOT_FOUND,
        "/charges/2/rate/by", "words"},
    {"\"rate\": \"0.06\"", "\"rate\": {\"by\": \"kind\", \"values\": {\"A\": \"1\", \"B\": \"2\"}}", MBILL_E_NOT_FOUND,
        "/charges/2/rate/by", "kind"},
    {"\"rate\": \"0.06\"", "\"rate\": {\"by\": \"area\", \"values\": {\"A\": \"1\"}, \"table\": \"t\"}", MBILL_E_UNKNOWN_KEY,
        "/charges/2/rate/table", "table"},
    {"{\"peak\": \"1.2\", \"valley\": \"0.5\", \"flat\": \"0.7\"}", "\"0.5\"", MBILL_E_TYPE, "/charges/0/rate/2", "period"},
    {", {\"peak\": \"1.2\", \"valley\": \"0.5\", \"flat\": \"0.7\"}", "", MBILL_E_INVALID, "/charges/0/rate", "3 tiers"},
    {"\"valley\": \"0.3\", ", "", MBILL_E_MISSING_KEY, "/charges/0/rate/0/valley", "valley"},
    {"\"peak\": \"1.0\"", "\"peak\": \"1.0000000001\"", MBILL_E_DIGITS, "/charges/0/rate/0/peak", "9"},
    {"\"peak\": \"1.0\"", "\"noon\": \"1.0\"", MBILL_E_UNKNOWN_KEY, "/charges/0/rate/0/noon", "noon"},
    {"\"product\": [\"area\", \"one\"]", "\"product\": [\"area\"]", MBILL_E_INVALID, "/charges/1/quantity/product", "2"},
    {"\"product\": [\"area\", \"one\"]", "\"product\": [\"area\", \"one\"], \"of\": \"area\"", MBILL_E_INVALID,
        "/charges/1/quantity", "exactly one"},
    {"\"product\": [\"area\", \"one\"]", "\"product\": [\"energy\", \"energy\"]", MBILL_E_INVALID,
        "/charges/1/quantity/product/1", "register"},
    {"\"product\": [\"area\", \"one\"]", "\"product\": [\"energy\", \"one\"]", MBILL_E_INVALID, "/charges/1/per", "fixed"},
    {"\"rate\": \"1.50\"", "\"rate\": [\"1\", \"2\"]", MBILL_E_INVALID, "/charges/1/rate", "tiers"},
    {"\"rate\": \"1.50\"", "\"rate\": {\"peak\": \"1\", \"valley\": \"1\", \"flat\": \"1\"}", MBILL_E_INVALID, "/charges/1/rate",
        "register"},
    {"\"per\": \"month\", \"part\"", "\"per\": \"day\", \"part\"", MBILL_E_INVALID, "/charges/1/part", "month"},
    {"\"days_of\": 30", "\"days_of\": 31", MBILL_E_INVALID, "/charges/1/part/days_of", "31"},
    {"\"days_of\": 30", "\"days_of\": \"year\"", MBILL_E_INVALID, "/charges/1/part/days_of", "year"},
    {"\"id\": \"basic\"", "\"id\": \"energy\"", MBILL_E_INVALID, "/charges/1/id", "twice"},
    {"\"money\": [\"energy\", \"basic\"]", "\"money\": [\"energy\", \"tax\"]", MBILL_E_NOT_FOUND, "/charges/2/quantity/money/1",
        "earlier"},
    {"\"money\": [\"energy\", \"basic\"]", "\"money\": [\"energy\", \"energy\"]", MBILL_E_INVALID, "/charges/2/quantity/money/1",
        "twice"},
    {"\"money\": [\"energy\", \"basic\"]", "\"money\": [\"energy#4\"]", MBILL_E_INVALID, "/charges/2/quantity/money/0", "1 to 3"},
    {"\"money\": [\"energy\", \"basic\"]", "\"money\": [\"energy#0\"]", MBILL_E_INVALID, "/charges/2/quantity/money/0", "1 to 3"},
    {"\"money\": [\"energy\", \"basic\"]", "\"money\": [\"energy#2...\"]", MBILL_E_INVALID, "/charges/2/quantity/money/0",
        "tiers"},
    {"\"money\": [\"energy\", \"basic\"]", "\"money\": [\"basic#1\"]", MBILL_E_INVALID, "/charges/2/quantity/money/0", "tiers"},
    {"\"money\": [\"energy\", \"basic\"]", "\"money\": [\"energy@noon\"]", MBILL_E_INVALID, "/charges/2/quantity/money/0",
        "period"},
    {"\"money\": [\"energy\", \"basic\"]", "\"money\": [\"basic@peak\"]", MBILL_E_INVALID, "/charges/2/quantity/money/0",
        "period"},
    {"\"money\": [\"energy\", \"basic\"]", "\"money\": [\"energy#2..\", \"energy#3\"]", MBILL_E_INVALID,
        "/charges/2/quantity/money/1", "twice"},
    {"{\"amount\": \"5\"}", "{\"amount\": \"5\", \"over\": \"week\"}", MBILL_E_INVALID, "/charges/3/at_least/over", "quarter"},
    {"{\"amount\": \"5\"}", "{\"amount\": \"5\", \"over\": \"month\", \"start\": \"02-01\"}", MBILL_E_INVALID,
        "/charges/3/at_least/start", "first day"},
    {"{\"amount\": \"5\"}", "{\"amount\": \"5\", \"start\": \"02-01\"}", MBILL_E_INVALID, "/charges/3/at_least/start", "over"},
    {"{\"amount\": \"5\"}, \"of\"",
        "{\"amount\": \"5\", \"over\": \"year\"}, \"only_if\": {\"fact\": \"area\", \"above\": \"3\"}, \"of\"", MBILL_E_AMBIGUOUS,
        "/charges/3/at_least/over", "only_if"},
    {"{\"quantity\": \"area\", \"rate\": \"25\"}", "{\"quantity\": \"days\", \"rate\": \"25\", \"over\": \"year\"}",
        MBILL_E_AMBIGUOUS, "/charges/4/at_most/over", "days or months"},
    {"\"factor\": \"0.9\"", "\"days\": {\"before\": \"01-01\"}", MBILL_E_INVALID, "/charges/1/quantity/days", "counts none"},
    {"[\"area\", \"one\"], \"factor\": \"0.9\"", "[\"area\", \"days\"], \"days\": {}", MBILL_E_INVALID,
        "/charges/1/quantity/days", "one of"},
    {"[\"area\", \"one\"], \"factor\": \"0.9\"", "[\"area\", \"days\"], \"days\": {\"before\": \"13-01\"}", MBILL_E_DATE,
        "/charges/1/quantity/days/before", "13-01"},
    {"{\"amount\": \"5\"}", "{\"amount\": \"5\", \"rate\": \"1\"}", MBILL_E_INVALID, "/charges/3/at_least", "either"},
    {"{\"amount\": \"5\"}, \"of\": [\"energy\"]", "{\"amount\": \"5\"}", MBILL_E_MISSING_KEY, "/charges/3/of", "of"},
    {"\"at_least\": {\"amount\": \"5\"}", "\"at_least\": {\"amount\": \"5\"}, \"at_most\": {\"amount\": \"5\"}", MBILL_E_INVALID,
        "/charges/3", "one of"},
    {"\"at_least\": {\"amount\": \"5\"}", "\"at_least\": {\"amount\": \"5\"}, \"rate\": \"5\"", MBILL_E_INVALID,
        "/charges/3/rate", "minimum"},
    {"{\"quantity\": \"area\", \"rate\": \"25\"}", "{\"quantity\": \"energy\", \"rate\": \"25\"}", MBILL_E_INVALID,
        "/charges/4/at_most/quantity", "register"},
};

START_TEST(every_refusal_has_a_place_and_a_sentence)
{
    const change *c = &changes[_i];
    char *text = changed(c->what, c->by);
    mbill_error err;
    mbill_tariff *tariff = (mbill_tariff *)text;
    mbill_error_init(&err);
    mbill_status status = mbill_tariff_read(text, strlen(text), NULL, &tariff, &err);
    assert_refusal_path(&err, status, c->status, c->path, c->says);
    ck_assert_ptr_null(tariff);
    free(text);
}
END_TEST

START_TEST(whole_ladder_with_rates_by_period_keeps_no_history)
{
    char *text = changed("\"how\": \"graduated\"", "\"how\": \"whole\", \"bound_belongs\": \"below\"");
    mbill_error err;
    mbill_tariff *tariff;
    mbill_error_init(&err);
    char *split = strstr(text, "\"split\": \"chronological\", ");
    memset(split, ' ', strlen("\"split\": \"chronological\", "));
    ck_assert_int_eq(mbill_tariff_read(text, strlen(text), NULL, &tariff, &err), MBILL_E_AMBIGUOUS);
    ck_assert_str_eq(err.path, "/charges/0/rate");
    free(text);
}
END_TEST

START_TEST(tier_of_a_charge_that_may_not_be_due_is_two_ways)
{
    static const char from[] = "\"rate\": \"1.50\"",
                      to[] = "\"rate\": {\"by_tier_of\": \"energy\", \"values\": [\"1\", \"2\", \"3\"]}";
    static const char condition[] = "\"only_if\": {\"total\": \"energy\", \"above\": \"1\"}, \"unit\": \"kWh\", \"tiers\"";
    char *first = changed(from, to), text[8192];
    mbill_error err;
    mbill_tariff *tariff;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_tariff_read(first, strlen(first), NULL, &tariff, &err), MBILL_OK);
    mbill_tariff_free(tariff);
    const char *at = strstr(first, "\"unit\": \"kWh\", \"tiers\"");
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - first), first, condition, at + strlen("\"unit\": \"kWh\", \"tiers\""));
    ck_assert_int_eq(mbill_tariff_read(text, strlen(text), NULL, &tariff, &err), MBILL_E_AMBIGUOUS);
    ck_assert_str_eq(err.path, "/charges/1/rate/by_tier_of");
    ck_assert_ptr_nonnull(strstr(err.message, "only_if"));
    free(first);
}
END_TEST

START_TEST(good_document_answers_questions)
{
    mbill_error err;
    mbill_tariff *tariff;
    int64_t from, to;
    mbill_error_init(&err);
    ck_assert_msg(mbill_tariff_read(good, strlen(good), NULL, &tariff, &err) == MBILL_OK, "%s: %s", err.path, err.message);
    const mbill_labels *labels = mbill_tariff_labels(tariff);
    ck_assert_str_eq(labels->tariff, "town-power");
    ck_assert_str_eq(labels->version, "2026-01-01");
    ck_assert_str_eq(labels->currency, "CNY");
    ck_assert_uint_eq(strlen(labels->hash), 64);
    ck_assert_uint_eq(labels->n_charges, 5);
    ck_assert_str_eq(labels->charges[0].to, "grid");
    ck_assert_str_eq(labels->charges[1].unit, "m2 x 1");
    ck_assert_str_eq(labels->charges[2].unit, "CNY");
    ck_assert_uint_eq(labels->n_periods, 3);
    ck_assert_str_eq(labels->periods[2], "flat");
    ck_assert_str_eq(mbill_tariff_title(tariff), "Town");
    ck_assert_str_eq(mbill_tariff_source(tariff), "a price list");
    ck_assert_uint_eq(mbill_tariff_n_registers(tariff), 1);
    ck_assert_str_eq(mbill_tariff_register(tariff, 0), "import");
    ck_assert_str_eq(mbill_tariff_register_unit(tariff, 0), "kWh");
    ck_assert_ptr_null(mbill_tariff_register(tariff, 1));
    ck_assert_uint_eq(mbill_tariff_n_facts(tariff), 1);
    ck_assert_str_eq(mbill_tariff_fact(tariff, 0), "area");
    ck_assert_ptr_null(mbill_tariff_fact(tariff, 1));
    mbill_tariff_valid(tariff, &from, &to);
    ck_assert_int_eq(from, INT64_C(1767225600) - 8 * 3600);
    ck_assert_int_eq(to - from, INT64_C(365) * 86400);
    mbill_tariff_free(tariff);
}
END_TEST

/* Noon of a day in the zone of the document. */
static int32_t period_at(const mbill_tariff *tariff, mbill_date date, int32_t hour, const mbill_day_list *lists)
{
    mbill_error err;
    int32_t days, period = -1;
    int64_t start, end;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_date_to_days(date, &days, &err), MBILL_OK);
    ck_assert_int_eq(mbill_zone_day_start(mbill_tariff_labels(tariff)->zone, days, &start, &err), MBILL_OK);
    ck_assert_msg(mbill_tariff_period_at(tariff, NULL, lists, lists == NULL ? 0 : 1, start + hour * 3600, &period, &end, &err) ==
            MBILL_OK,
        "%s", err.message);
    return period;
}

START_TEST(calendar_decides_the_period)
{
    mbill_error err;
    mbill_tariff *tariff;
    int32_t event, period;
    int64_t end;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_tariff_read(good, strlen(good), NULL, &tariff, &err), MBILL_OK);
    ck_assert_int_eq(mbill_date_to_days((mbill_date){2026, 7, 4}, &event, &err), MBILL_OK);
    mbill_day_list none = {"event_days", NULL, 0}, saturday = {"event_days", &event, 1};
    ck_assert_int_eq(period_at(tariff, (mbill_date){2026, 7, 3}, 11, &none), 0);     /* a Friday in summer */
    ck_assert_int_eq(period_at(tariff, (mbill_date){2026, 7, 4}, 11, &none), 2);     /* a Saturday */
    ck_assert_int_eq(period_at(tariff, (mbill_date){2026, 7, 4}, 11, &saturday), 0); /* announced as an event */
    ck_assert_int_eq(period_at(tariff, (mbill_date){2026, 6, 30}, 11, &none), 2);    /* the last day before summer */
    ck_assert_int_eq(period_at(tariff, (mbill_date){2026, 1, 4}, 8, &none), 0);
    ck_assert_int_eq(period_at(tariff, (mbill_date){2026, 1, 4}, 22, &none), 1);
    ck_assert_int_eq(period_at(tariff, (mbill_date){2026, 1, 4}, 5, &none), 1);
    ck_assert_int_eq(mbill_tariff_period_at(tariff, NULL, NULL, 0, 0, &period, &end, &err), MBILL_E_NOT_KNOWN);
    mbill_tariff_free(tariff);
}
END_TEST

START_TEST(canonical_form_ignores_writing)
{
    static char first[16384], second[16384];
    char *spaced = changed("\"rate\": \"1.50\"", "\"rate\":   \"1.5\"");
    size_t first_room = sizeof first, second_room = sizeof second, small = 8;
    mbill_error err;
    mbill_tariff *a, *b, *again;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_tariff_read(good, strlen(good), NULL, &a, &err), MBILL_OK);
    ck_assert_int_eq(mbill_tariff_read(spaced, strlen(spaced), NULL, &b, &err), MBILL_OK);
    ck_assert_int_eq(mbill_tariff_canonical(a, first, &first_room, &err), MBILL_OK);
    ck_assert_int_eq(mbill_tariff_canonical(b, second, &second_room, &err), MBILL_OK);
    ck_assert_str_eq(first, second);
    ck_assert_str_eq(mbill_tariff_labels(a)->hash, mbill_tariff_labels(b)->hash);
    ck_assert_int_eq(mbill_tariff_canonical(a, first, &small, &err), MBILL_E_ROOM);
    ck_assert_msg(mbill_tariff_read(second, second_room - 1, NULL, &again, &err) == MBILL_OK, "%s: %s", err.path, err.message);
    ck_assert_str_eq(mbill_tariff_labels(again)->hash, mbill_tariff_labels(a)->hash);
    mbill_tariff_free(a);
    mbill_tariff_free(b);
    mbill_tariff_free(again);
    free(spaced);
}
END_TEST

START_TEST(another_price_is_another_hash)
{
    char *text = changed("\"rate\": \"1.50\"", "\"rate\": \"1.51\"");
    mbill_error err;
    mbill_tariff *a, *b;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_tariff_read(good, strlen(good), NULL, &a, &err), MBILL_OK);
    ck_assert_int_eq(mbill_tariff_read(text, strlen(text), NULL, &b, &err), MBILL_OK);
    ck_assert_str_ne(mbill_tariff_labels(a)->hash, mbill_tariff_labels(b)->hash);
    mbill_tariff_free(a);
    mbill_tariff_free(b);
    free(text);
}
END_TEST

START_TEST(facts_document)
{
    static const char text[] =
        "{\"meterbill\":1,\"kind\":\"facts\",\"facts\":{\"area\":\"89.5\",\"persons\":4,\"class\":\"A\"},\"lists\":{"
        "\"event_days\":[\"2026-07-04\",\"2026-07-15\"]},"
        "\"instants\":{\"peaks\":[\"2026-07-15T17:00:00+08:00\",\"2026-07-15T10:00Z\"],\"none\":[]}}";
    static const char *const bad[] = {"{\"meterbill\":1,\"facts\":{}}", "{\"meterbill\":1,\"kind\":\"facts\",\"facts\":[]}",
        "{\"meterbill\":1,\"kind\":\"facts\",\"facts\":{\"a\":1.5}}",
        "{\"meterbill\":1,\"kind\":\"facts\",\"facts\":{\"a\":\"89,5\"}}",
        "{\"meterbill\":1,\"kind\":\"facts\",\"facts\":{\"a\":\"A B\"}}",
        "{\"meterbill\":1,\"kind\":\"facts\",\"facts\":{\"a\":\"\"}}",
        "{\"meterbill\":1,\"kind\":\"facts\",\"facts\":{\"a\":\"_A\"}}",
        "{\"meterbill\":1,\"kind\":\"facts\",\"facts\":{\"a\":[\"A\"]}}",
        "{\"meterbill\":1,\"kind\":\"facts\",\"lists\":{\"e\":[\"2026-07-15\",\"2026-07-15\"]}}",
        "{\"meterbill\":1,\"kind\":\"facts\",\"lists\":[]}", "{\"meterbill\":1,\"kind\":\"facts\",\"list\":{}}",
        "{\"meterbill\":1,\"kind\":\"facts\",\"facts\":{\"\":\"1\"}}", "{\"meterbill\":1,\"kind\":\"facts\",\"instants\":[]}",
        "{\"meterbill\":1,\"kind\":\"facts\",\"instants\":{\"peaks\":\"2026-07-15T17:00:00Z\"}}",
        "{\"meterbill\":1,\"kind\":\"facts\",\"instants\":{\"peaks\":[\"2026-07-15T17:61Z\"]}}"};
    mbill_error err;
    mbill_facts *facts;
    size_t n;
    mbill_error_init(&err);
    ck_assert_msg(mbill_facts_read(text, strlen(text), NULL, &facts, &err) == MBILL_OK, "%s", err.message);
    const mbill_fact *values = mbill_facts_values(facts, &n);
    ck_assert_uint_eq(n, 3);
    ck_assert_str_eq(values[0].name, "area");
    ck_assert_ptr_null(values[0].text);
    ck_assert_str_eq(values[2].text, "A");
    ck_assert_int_eq(values[0].value_micro, 89500000);
    ck_assert_int_eq(values[1].value_micro, 4000000);
    const mbill_day_list *lists = mbill_facts_lists(facts, &n);
    ck_assert_uint_eq(n, 1);
    ck_assert_uint_eq(lists[0].n_days, 2);
    ck_assert_int_eq(lists[0].days[1] - lists[0].days[0], 11);
    const mbill_instant_list *instants = mbill_facts_instants(facts, &n);
    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(instants[0].name, "peaks");
    ck_assert_uint_eq(instants[0].n_instants, 2);
    ck_assert_int_eq(instants[0].instants_utc_s[0], INT64_C(1784106000)); /* 2026-07-15 09:00 UTC */
    ck_assert_int_eq(instants[0].instants_utc_s[1], INT64_C(1784109600));
    ck_assert_uint_eq(instants[1].n_instants, 0);
    ck_assert_ptr_null(mbill_facts_instants(NULL, &n));
    mbill_facts_free(facts);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_int_ne(mbill_facts_read(bad[i], strlen(bad[i]), NULL, &facts, &err), MBILL_OK);
        ck_assert_ptr_null(facts);
        ck_assert(err.message[0] != '\0');
    }
}
END_TEST

START_TEST(instants_say_their_offset_and_rise)
{
    static const struct {
        const char *instants;
        mbill_status status;
        const char *path, *says;
    } bad[] = {{"\"2026-07-15T17:00:00\"", MBILL_E_AMBIGUOUS, "/instants/peaks/0", "offset"},
        {"\"2026-07-15\"", MBILL_E_AMBIGUOUS, "/instants/peaks/0", "offset"},
        {"\"2026-07-15T17:00Z\",\"2026-07-15T17:00Z\"", MBILL_E_ORDER, "/instants/peaks/1", "after"},
        {"7", MBILL_E_TYPE, "/instants/peaks/0", "text"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[160];
        mbill_error err;
        mbill_facts *facts;
        mbill_error_init(&err);
        (void)snprintf(text, sizeof text, "{\"meterbill\":1,\"kind\":\"facts\",\"instants\":{\"peaks\":[%s]}}", bad[i].instants);
        ck_assert_int_eq(mbill_facts_read(text, strlen(text), NULL, &facts, &err), bad[i].status);
        ck_assert_str_eq(err.path, bad[i].path);
        ck_assert_msg(strstr(err.message, bad[i].says) != NULL, "%s", err.message);
    }
}
END_TEST

START_TEST(position_documents_are_checked)
{
    static const char *const bad[] =
        {"{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"other\",\"billed_to\":null,\"ladders\":[]}",
            "{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"town-power\",\"ladders\":[]}",
            "{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"town-power\",\"billed_to\":null,\"ladders\":[{\"charge\":"
            "\"tax\",\"from\":\"2026-07-01\",\"used\":\"1\"}]}",
            "{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"town-power\",\"billed_to\":null,\"ladders\":[{\"charge\":"
            "\"energy\",\"from\":\"2026-01-01\",\"used\":\"1\"}]}",
            "{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"town-power\",\"billed_to\":null,\"ladders\":[{\"charge\":"
            "\"energy\",\"from\":\"2026-07-01\",\"used\":\"-1\"}]}",
            ("{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"town-power\",\"billed_to\":null,\"ladders\":[{\"charge\":"
             "\"energy\",\"from\":\"2026-07-01\",\"used\":\"1\"},"
             "{\"charge\":\"energy\",\"from\":\"2026-07-01\",\"used\":\"1\"}]}"),
            "{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"town-power\",\"billed_to\":null,\"ladders\":[],\"once\":[]}",
            "{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"town-power\",\"billed_to\":null,\"ladders\":[],\"once\":[{"
            "\"charge\":\"basic\",\"from\":\"2026-07-01\"}]}",
            "{\"meterbill\":1,\"kind\":\"position\",\"tariff\":\"town-power\",\"billed_to\":\"yesterday\",\"ladders\":[]}"};
    mbill_error err;
    mbill_tariff *tariff;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_tariff_read(good, strlen(good), NULL, &tariff, &err), MBILL_OK);
    size_t size = mbill_position_size(tariff);
    mbill_position *position = malloc(size), *before = malloc(size);
    mbill_position_init(tariff, position);
    memcpy(before, position, size);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_int_ne(mbill_position_read(tariff, bad[i], strlen(bad[i]), position, &err), MBILL_OK);
        ck_assert_mem_eq(position, before, size);
        ck_assert(err.message[0] != '\0');
    }
    free(position);
    free(before);
    mbill_tariff_free(tariff);
}
END_TEST

START_TEST(every_allocation_may_fail)
{
    mbill_error err;
    counting_allocator counter;
    for (size_t fail_at = 1;; fail_at++) {
        mbill_tariff *tariff = (mbill_tariff *)&err;
        mbill_error_init(&err);
        counting_start(&counter, fail_at);
        mbill_status status = mbill_tariff_read(good, strlen(good), &counter.allocator, &tariff, &err);
        if (status == MBILL_OK) {
            mbill_tariff_free(tariff);
            ck_assert(counting_is_even(&counter));
            ck_assert_uint_gt(fail_at, 5);
            break;
        }
        assert_refusal(&err, status, MBILL_E_NOMEM, "");
        ck_assert_ptr_null(tariff);
        ck_assert(counting_is_even(&counter));
    }
}
END_TEST

START_TEST(null_is_named)
{
    mbill_error err;
    mbill_tariff *tariff;
    size_t room = 0;
    mbill_error_init(&err);
    ck_assert_int_eq(mbill_tariff_read(NULL, 0, NULL, &tariff, &err), MBILL_E_MISUSE);
    ck_assert_str_eq(err.message, "json is NULL");
    ck_assert_int_eq(mbill_tariff_read(good, strlen(good), NULL, NULL, &err), MBILL_E_MISUSE);
    ck_assert_int_eq(mbill_tariff_canonical(NULL, NULL, &room, &err), MBILL_E_MISUSE);
    ck_assert_ptr_null(mbill_tariff_labels(NULL));
    ck_assert_ptr_null(mbill_tariff_register(NULL, 0));
    ck_assert_uint_eq(mbill_position_size(NULL), 0);
    mbill_tariff_free(NULL);
    mbill_facts_free(NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tariff");
    TCase *ok = tcase_create("ok"), *refused = tcase_create("refused"), *edges = tcase_create("edges");
    tcase_add_test(ok, good_document_answers_questions);
    tcase_add_test(ok, calendar_decides_the_period);
    tcase_add_test(ok, canonical_form_ignores_writing);
    tcase_add_test(ok, another_price_is_another_hash);
    tcase_add_test(ok, facts_document);
    tcase_add_test(ok, instants_say_their_offset_and_rise);
    tcase_add_loop_test(refused, every_refusal_has_a_place_and_a_sentence, 0, (int)(sizeof changes / sizeof changes[0]));
    tcase_add_test(refused, whole_ladder_with_rates_by_period_keeps_no_history);
    tcase_add_test(refused, tier_of_a_charge_that_may_not_be_due_is_two_ways);
    tcase_add_test(refused, position_documents_are_checked);
    tcase_add_test(edges, every_allocation_may_fail);
    tcase_add_test(edges, null_is_named);
    suite_add_tcase(suite, ok);
    suite_add_tcase(suite, refused);
    suite_add_tcase(suite, edges);
    return check_run(suite, CK_NOFORK);
}
