/* SPDX-License-Identifier: Apache-2.0 */
/* Changes with what a line says to a detector. */
#include "alarm/board.h"
#include "alarm/detect.h"

#include <string.h>

bool mbill__board_detector_takes(const mbill__alarm_def *def, const mbill__board_line *line)
{
    const char *second = mbill__detect_row_of(def->detector.kind)->second;
    if (second == NULL || line->estimated) return line->second_key == NULL;
    return line->second_key != NULL && strcmp(second, line->second_key) == 0;
}

static mbill_status second_of(const mbill__alarm_def *def, const mbill__board_line *line, int64_t *out, mbill_error *err)
{
    const mbill__detect_row *row = mbill__detect_row_of(def->detector.kind);
    bool truth = false;
    *out = 0;
    if (line->second_key == NULL) return MBILL_OK;
    if (row->second_places != MBILL__DETECT_TRUTH)
        return mbill__node_decimal(&line->second, row->second_places == MBILL__DETECT_OWN ? def->decimals : row->second_places,
            out, err);
    mbill_status status = mbill__node_bool(&line->second, &truth, err);
    *out = truth;
    return status;
}

/* Nothing that is tripped: then a line of time. */
static mbill_status reset(const mbill__alarm_def *def, mbill_detector *detector, int64_t t_s, mbill_alarm_event *events,
    size_t *n, bool *closed, mbill_error *err)
{
    mbill_status status = mbill_detector_reset(&def->detector, def->zone, detector, t_s, events, n, err);
    *closed = status == MBILL_OK;
    if (status != MBILL_E_NOT_FOUND) return status;
    return mbill_detector_estimated(&def->detector, def->zone, detector, t_s, 0, events, n, err);
}

mbill_status mbill__board_detect(const mbill__alarm_def *def, const mbill__board_line *line, int64_t value,
    mbill_detector *detector, mbill_alarm_event *events, size_t *n, bool *closed, mbill_error *err)
{
    const mbill_detector_config *config = &def->detector;
    int64_t second;
    mbill_status status;
    *closed = false;
    *n = 0;
    MBILL_TRY(second_of(def, line, &second, err));
    if (line->asks == MBILL__ASKS_TICK) status = mbill_detector_tick(config, def->zone, detector, line->t_s, events, n, err);
    else if (line->asks == MBILL__ASKS_ACTION && line->action == MBILL__RECLOSE)
        status = reset(def, detector, line->t_s, events, n, closed, err);
    else if (line->asks == MBILL__ASKS_ACTION || line->estimated)
        status = mbill_detector_estimated(config, def->zone, detector, line->t_s, value, events, n, err);
    else status = mbill_detector_sample(config, def->zone, detector, line->t_s, value, second, events, n, err);
    for (size_t i = 0; i < *n; i++) events[i].priority = def->priority;
    return status;
}
