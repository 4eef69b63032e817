/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file heat.h  Heat carried by water: properties of liquid water, the heat coefficient of EN 1434, and the registers of a heat meter.
 *
 * Temperatures are in micro-degrees Celsius, differences in micro-kelvin, pressures in pascal, volumes in micro-m3. What is computed from them
 * is rounded once and leaves as integers: the same on every machine, whatever compiled it.
 *
 * @code
 * mbill_heat_k k; // 70 to 50 degrees, flow sensor in the return pipe, 16 bar: 1.147927654988 kWh/(m3 K)
 * mbill_status status = mbill_heat_coefficient(70000000, 50000000, MBILL_HEAT_PRESSURE_PA, MBILL_HEAT_SIDE_RETURN, 0, &k, &err);
 * @endcode
 */
#ifndef MBILL_HEAT_H
#define MBILL_HEAT_H

#include "meterbill/memory.h"
#include "meterbill/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** 16 bar: the pressure that heat meters compute with (EN 1434-1, OIML R 75-1). */
#define MBILL_HEAT_PRESSURE_PA INT64_C(1600000)
/** The highest temperature that the equations cover: 350 degrees Celsius. The lowest is 0. */
#define MBILL_HEAT_TEMPERATURE_MAX_MICRO_C INT64_C(350000000)
/** The highest pressure that the equations cover: 100 MPa. The lowest is that at which the water boils. */
#define MBILL_HEAT_PRESSURE_MAX_PA INT64_C(100000000)

/**
 * In which pipe the flow sensor stands: the volume is counted at that pipe's temperature.
 * @since 0.1
 */
typedef enum mbill_heat_side {
    MBILL_HEAT_SIDE_FLOW = 1,  /**< "flow": the pipe in which water comes (inlet) */
    MBILL_HEAT_SIDE_RETURN = 2 /**< "return": the pipe in which it goes back (outlet) */
} mbill_heat_side;

/** Flag of mbill_heat_coefficient(): the flow pipe is the colder one. */
#define MBILL_HEAT_COLD UINT32_C(1)

/**
 * Properties of liquid water.
 * @since 0.1
 */
typedef struct mbill_heat_water {
    int64_t volume_pico;   /**< specific volume, 10^-12 m3/kg */
    int64_t enthalpy_nano; /**< specific enthalpy, 10^-9 kJ/kg; 0 is near that of water at its triple point */
} mbill_heat_water;

/**
 * A heat coefficient in both units: energy = volume x difference of temperatures x coefficient.
 * @since 0.1
 */
typedef struct mbill_heat_k {
    int64_t kwh_pico; /**< 10^-12 kWh/(m3 K) */
    int64_t mj_pico;  /**< 10^-12 MJ/(m3 K) */
} mbill_heat_k;

/**
 * Specific volume and enthalpy of liquid water.
 *
 * IAPWS-IF97, region 1 (release R7-97(2012), equation 7 and table 2), within 1 unit of the last place of the exact value of that equation
 * up to 200 degrees Celsius.
 *
 * @param temperature_micro_c  0 to #MBILL_HEAT_TEMPERATURE_MAX_MICRO_C
 * @param pressure_pa          from the pressure of saturation at that temperature to #MBILL_HEAT_PRESSURE_MAX_PA
 * @param[out] out_water       not NULL; untouched on failure
 * @param[out] err             NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE    the temperature or the pressure is outside the equations' range, or the water boils at that pressure
 * @retval MBILL_E_MISUSE   @p out_water is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1), about 0.1 microseconds; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_heat_water_properties(int64_t temperature_micro_c, int64_t pressure_pa,
    mbill_heat_water *out_water, mbill_error *err);

/**
 * The heat coefficient k of EN 1434-1: (h_flow - h_return) / (T_flow - T_return) / v, with v at the flow sensor's temperature.
 *
 * The difference of enthalpies is formed without cancellation, so k keeps its digits however close the two temperatures are. Where they
 * are equal it is the limit, the heat capacity by volume. Within 1 unit of the last place of the exact value up to 200 degrees Celsius.
 *
 * @param flow_micro_c    temperature of the flow pipe, 0 to #MBILL_HEAT_TEMPERATURE_MAX_MICRO_C
 * @param return_micro_c  temperature of the return pipe; not above @p flow_micro_c, and not below it with #MBILL_HEAT_COLD
 * @param pressure_pa     #MBILL_HEAT_PRESSURE_PA, or another one at which the warmer water is liquid
 * @param side            where the flow sensor stands
 * @param flags           0 or #MBILL_HEAT_COLD
 * @param[out] out_k      not NULL; untouched on failure
 * @param[out] err        NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE    a temperature or the pressure is outside its range, the temperatures are crossed, or the warmer water boils
 * @retval MBILL_E_INVALID  @p side is none of the two
 * @retval MBILL_E_UNKNOWN_OPTION an unknown flag
 * @retval MBILL_E_MISUSE   @p out_k is NULL
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1), about 0.2 microseconds; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_heat_coefficient(int64_t flow_micro_c, int64_t return_micro_c, int64_t pressure_pa,
    mbill_heat_side side, uint32_t flags, mbill_heat_k *out_k, mbill_error *err);

/**
 * The unit of a meter's energy registers.
 * @since 0.1
 */
typedef enum mbill_heat_unit {
    MBILL_HEAT_UNIT_KWH = 1, /**< "kWh" */
    MBILL_HEAT_UNIT_MJ = 2   /**< "MJ" */
} mbill_heat_unit;

/** Flag of mbill_heat_meter: water that goes back warmer than it came is counted as cold. */
#define MBILL_HEAT_METER_COLD UINT32_C(1)
/** Flag of mbill_heat_meter: changeover_micro_c is set. Heat is counted only above it, cold only below, both by the flow pipe. */
#define MBILL_HEAT_METER_CHANGEOVER UINT32_C(2)

#define MBILL_HEAT_FAULT_FLOW UINT32_C(1)   /**< the sensor in the flow pipe failed */
#define MBILL_HEAT_FAULT_RETURN UINT32_C(2) /**< the sensor in the return pipe failed */
#define MBILL_HEAT_FAULT_VOLUME UINT32_C(4) /**< the flow sensor failed: the volume is not to be trusted */

/**
 * What a heat meter is set to.
 * @since 0.1
 */
typedef struct mbill_heat_meter {
    uint32_t struct_size;        /**< sizeof(mbill_heat_meter) where the caller was compiled */
    uint32_t flags;              /**< MBILL_HEAT_METER_* */
    int32_t side;                /**< mbill_heat_side */
    int32_t unit;                /**< mbill_heat_unit */
    int64_t pressure_pa;         /**< 0 = #MBILL_HEAT_PRESSURE_PA */
    int64_t changeover_micro_c;  /**< with #MBILL_HEAT_METER_CHANGEOVER; else 0 */
    int64_t low_below_micro_k;   /**< a difference below this is low; 0 = not watched */
    int64_t high_above_micro_m3; /**< a flow above this in an hour is high; 0 = any flow */
} mbill_heat_meter;

/**
 * Water that passed between two instants, or between two readings of a register.
 * @since 0.1
 */
typedef struct mbill_heat_record {
    int64_t start_utc_s;     /**< 0 with end_utc_s 0: the times are not known */
    int64_t end_utc_s;       /**< after start_utc_s */
    int64_t volume_micro_m3; /**< 0 or more */
    int64_t flow_micro_c;    /**< mean temperature of the flow pipe; not looked at with #MBILL_HEAT_FAULT_FLOW */
    int64_t return_micro_c;  /**< of the return pipe; not looked at with #MBILL_HEAT_FAULT_RETURN */
    uint32_t faults;         /**< MBILL_HEAT_FAULT_* */
    uint32_t reserved;       /**< 0 */
} mbill_heat_record;

/**
 * What a heat meter has counted: plain data, which goes on from where it stands. Zero it and set struct_size to start.
 *
 * Every volume stands in exactly one of heat_, cold_, idle_ and fault_volume_micro_m3.
 * @since 0.1
 */
typedef struct mbill_heat_registers {
    uint32_t struct_size;            /**< sizeof(mbill_heat_registers) where the caller was compiled */
    uint32_t faults;                 /**< MBILL_HEAT_FAULT_* that occurred */
    int64_t n_records;               /**< records counted, those with a fault too */
    int64_t until_utc_s;             /**< end of the last record with times; 0 = none yet */
    int64_t heat_micro;              /**< energy given off, in the meter's unit */
    int64_t cold_micro;              /**< energy taken up, in the meter's unit */
    int64_t heat_volume_micro_m3;    /**< volume that heat was counted of */
    int64_t cold_volume_micro_m3;    /**< volume that cold was counted of */
    int64_t idle_volume_micro_m3;    /**< volume without a difference, or with one that the meter does not count */
    int64_t fault_volume_micro_m3;   /**< volume that passed while a sensor failed: its energy is in no register */
    int64_t low_difference_micro_m3; /**< volume of heat and cold at a high flow and a low difference; counted above as well */
    int64_t low_difference_s;        /**< time of it */
    int64_t counted_s;               /**< time of the records without a fault */
    int64_t fault_s;                 /**< time of those with a fault */
    int64_t flow_micro_m3_c;         /**< volume x flow temperature, summed, without faults; 10^-6 m3 x degree */
    int64_t return_micro_m3_c;       /**< the same of the return pipe */
    int32_t flow_rest_pico;          /**< what flow_micro_m3_c lacks, 0 to 999999 times 10^-12 */
    int32_t return_rest_pico;        /**< the same of the return pipe */
} mbill_heat_registers;

/**
 * Count records into registers: all of them or, on failure, none.
 *
 * Energy of a record = volume x difference x coefficient: the coefficient to 10^-12, the product exact in 128 bits, rounded once to 10^-6 of the unit. So
 * a stream counted in any parts comes to the same registers. Heat is counted where the flow pipe is warmer, cold (of a meter that counts it) where it is
 * colder, on their sides of the changeover temperature; never both. While a sensor fails no energy is counted, and the registers say what
 * passed meanwhile.
 *
 * @code
 * mbill_heat_meter meter = {.struct_size = sizeof meter, .side = MBILL_HEAT_SIDE_RETURN, .unit = MBILL_HEAT_UNIT_KWH};
 * mbill_heat_registers registers = {.struct_size = sizeof registers};
 * mbill_heat_record record = {.volume_micro_m3 = 100000, .flow_micro_c = 70000000, .return_micro_c = 50000000};
 * mbill_status status = mbill_heat_count(&meter, &record, 1, &registers, NULL, &err); // heat_micro: 2295855
 * @endcode
 *
 * @param meter               not NULL
 * @param records             @p n_records, each read once; those with times in order and without overlap, also with what was counted before
 * @param n_records           number of @p records; may be 0
 * @param[in,out] registers   not NULL; untouched on failure
 * @param[out] out_energy_micro NULL, or room for @p n_records: heat above 0, cold below; its contents mean nothing after a failure
 * @param[out] err            NULL, or filled on failure: index = offending record
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE      a volume below 0, a temperature outside 0 to 350 degrees, water that would boil, a setting out of its range
 * @retval MBILL_E_ORDER      a record ends before it starts, or starts before the one before it has ended
 * @retval MBILL_E_INVALID    side, unit or a reserved word is none that there is
 * @retval MBILL_E_UNKNOWN_OPTION an unknown flag or fault
 * @retval MBILL_E_OVERFLOW   a register would leave the range of int64_t
 * @retval MBILL_E_MISUSE     NULL where it is not allowed, or a struct_size that is not set
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(n_records), about 0.2 microseconds a record; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_heat_count(const mbill_heat_meter *meter, const mbill_heat_record *records,
    size_t n_records, mbill_heat_registers *registers, int64_t *out_energy_micro, mbill_error *err);

/**
 * The volume-weighted mean temperatures of both pipes, which incentives for the return temperature go by.
 *
 * @param registers           not NULL
 * @param[out] out_flow_micro_c   not NULL; rounded half up to 10^-6; untouched on failure
 * @param[out] out_return_micro_c not NULL; the same
 * @param[out] err            NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_NOT_FOUND  no volume passed while both sensors worked
 * @retval MBILL_E_MISUSE     a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_heat_mean_temperatures(const mbill_heat_registers *registers,
    int64_t *out_flow_micro_c, int64_t *out_return_micro_c, mbill_error *err);

/** Water of one pressure and a meter's settings, prepared for columns: a block of mbill_heat_table_size() bytes of the caller's, aligned as malloc's. */
typedef struct mbill_heat_table mbill_heat_table;

/**
 * How large a table is: about 32 KiB.
 * @return bytes
 * @par Thread safety
 * Pure.
 * @since 0.1
 */
MBILL_API size_t mbill_heat_table_size(void);

/**
 * Prepare a meter for mbill_heat_energies().
 *
 * @param meter          not NULL; what it watches beside the energy (low_below_micro_k) is not looked at
 * @param[out] table     not NULL; mbill_heat_table_size() bytes; not to be used after a failure. It is of this machine and process, not to be kept in a file
 * @param[out] err       NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE, MBILL_E_INVALID, MBILL_E_UNKNOWN_OPTION, MBILL_E_MISUSE  as for mbill_heat_count()
 * @par Thread safety
 * Once it is filled any number of threads may share @p table.
 * @par Cost
 * About 0.2 milliseconds; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_heat_table_fill(const mbill_heat_meter *meter, mbill_heat_table *table,
    mbill_error *err);

/**
 * Energies over columns of volumes and temperatures: the energy that mbill_heat_count() gives each record, or one next to it.
 *
 * Enthalpy and density come from the table up to 200 degrees Celsius and from 0.02 K of difference, within 10^-10 of the direct way, so that the energy differs from that by
 * at most one micro-unit up to 1 MWh; what is outside of that goes the direct way. The same bits from every compiler, here too.
 *
 * @param table               not NULL, filled
 * @param volumes_micro_m3    @p n, each 0 or more and read once
 * @param flows_micro_c       @p n, 0 to #MBILL_HEAT_TEMPERATURE_MAX_MICRO_C
 * @param returns_micro_c     @p n, the same
 * @param n                   rows of each column; may be 0
 * @param[out] out_energies_micro room for @p n: heat above 0, cold below, 0 where the meter counts neither; its contents mean nothing after a failure
 * @param[out] err            NULL, or filled on failure: index = offending row
 * @retval MBILL_OK
 * @retval MBILL_E_RANGE      a volume below 0, a temperature outside its range, water that would boil
 * @retval MBILL_E_OVERFLOW   an energy leaves the range of int64_t
 * @retval MBILL_E_MISUSE     NULL where it is not allowed
 * @par Thread safety
 * Any number of threads may share @p table. Nothing global is read or written.
 * @par Cost
 * O(n), about 0.015 microseconds a row; no allocation.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_heat_energies(const mbill_heat_table *table, const int64_t *volumes_micro_m3,
    const int64_t *flows_micro_c, const int64_t *returns_micro_c, size_t n, int64_t *out_energies_micro, mbill_error *err);

/** A document of kind "heat_records", read: a meter, its registers before, and records. */
typedef struct mbill_heat_records mbill_heat_records;

/**
 * Read a document of kind "heat_records" (schema heat_records-1.schema.json).
 *
 * @code{.json}
 * {"meterbill": 1, "kind": "heat_records", "meter": {"side": "return", "unit": "kWh"},
 *  "records": [{"volume": "0.1", "flow": "70", "return": "50"}]}
 * @endcode
 *
 * @param json              not NULL; @p len bytes, not kept
 * @param len               bytes of @p json
 * @param allocator         NULL = libc
 * @param[out] out_records  not NULL; NULL on failure; free it with mbill_heat_records_free()
 * @param[out] err          NULL, or filled on failure: path = JSON pointer
 * @retval MBILL_OK
 * @retval MBILL_E_SYNTAX   and the other statuses of a document that is not well formed
 * @retval MBILL_E_RANGE    and the statuses of mbill_heat_count() for a meter that cannot be
 * @retval MBILL_E_NOMEM    no memory
 * @retval MBILL_E_MISUSE   a pointer is NULL
 * @par Thread safety
 * What is read is not changed any more and may be shared.
 * @par Cost
 * Linear in @p len.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_heat_records_read(const char *json, size_t len, const mbill_allocator *allocator,
    mbill_heat_records **out_records, mbill_error *err);

/**
 * Free what mbill_heat_records_read() gave.
 * @param records NULL is allowed
 * @par Thread safety
 * No other thread may use @p records any more.
 * @since 0.1
 */
MBILL_API void mbill_heat_records_free(mbill_heat_records *records);

/**
 * The meter of the document.
 * @param records  not NULL, or NULL is returned
 * @return what lives as long as @p records
 * @par Thread safety
 * Only read.
 * @since 0.1
 */
MBILL_API const mbill_heat_meter *mbill_heat_records_meter(const mbill_heat_records *records);

/**
 * The registers that the document goes on from; those of a new meter where it has none.
 * @param records  not NULL, or NULL is returned
 * @return what lives as long as @p records
 * @par Thread safety
 * Only read.
 * @since 0.1
 */
MBILL_API const mbill_heat_registers *mbill_heat_records_before(const mbill_heat_records *records);

/**
 * The records in order.
 * @param records       not NULL, or NULL is returned
 * @param[out] out_n    NULL, or how many there are
 * @return what lives as long as @p records; NULL when there are none
 * @par Thread safety
 * Only read.
 * @since 0.1
 */
MBILL_API const mbill_heat_record *mbill_heat_records_rows(const mbill_heat_records *records, size_t *out_n);

/**
 * Write registers as a document of kind "heat_registers", which stands as "before" in the next document of records.
 *
 * @param unit               mbill_heat_unit of the meter
 * @param registers          not NULL
 * @param[out] out_text      @p inout_len bytes, NUL-terminated; NULL asks for the size; untouched on failure
 * @param[in,out] inout_len  not NULL; room in @p out_text, becomes the bytes needed, both with the NUL, also on #MBILL_E_ROOM
 * @param[out] err           NULL, or filled on failure
 * @retval MBILL_OK
 * @retval MBILL_E_ROOM      the room is too small
 * @retval MBILL_E_INVALID   @p unit is none that there is
 * @retval MBILL_E_NOMEM     no memory
 * @retval MBILL_E_MISUSE    a pointer is NULL, or struct_size is not set
 * @par Thread safety
 * Nothing global is read or written.
 * @par Cost
 * O(1); allocates a buffer and frees it.
 * @since 0.1
 */
MBILL_API MBILL_NODISCARD mbill_status mbill_heat_registers_write(mbill_heat_unit unit, const mbill_heat_registers *registers,
    char *out_text, size_t *inout_len, mbill_error *err);

#ifdef __cplusplus
}
#endif
#endif
