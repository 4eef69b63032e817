/* SPDX-License-Identifier: Apache-2.0 */
/* Changes when the equations of water do. IAPWS-IF97 (release R7-97(2012)), region 1 and the saturation line of region 4.
 *
 * The only file that computes with double. Every operation is +, -, * or / of IEEE 754 in a fixed order, nothing is taken from a library
 * of mathematics, and no compiler may join two of them or reorder them: the same integers come out on every machine. */
#include "heat/water.h"

#include <float.h>

#if defined(__FAST_MATH__)
#error "water.c needs IEEE arithmetic: build without -ffast-math"
#endif
#if FLT_EVAL_METHOD != 0
#error "water.c needs arithmetic that keeps to double: on 32-bit x86 build with -msse2 -mfpmath=sse"
#endif
#if defined(__FP_FAST_FMA) && defined(__GNUC__) && !defined(__clang__) && !defined(__STRICT_ANSI__)
#error "water.c needs arithmetic that joins no two operations: build as -std=c11, in which GCC does not"
#endif
#if defined(__clang__) || !defined(__GNUC__)
#pragma STDC FP_CONTRACT OFF /* GCC does not know it: meson.build gives -ffp-contract=off */
#endif

#define CELSIUS_0_MICRO_K INT64_C(273150000)
#define R_KJ_PER_KG_K 0.461526 /* section 5.1: the specific gas constant of ordinary water */
#define T_STAR_K 1386.0        /* the same: reducing temperature and pressure of region 1 */
#define P_STAR_PA 16.53e6
#define P_SHIFT 7.1 /* equation 7 */
#define T_SHIFT 1.222
#define MIN_T_K 273.15 /* section 2: the bounds of region 1 */
#define MAX_T_K 623.15
#define PICO 1e12
#define NANO 1e9

/* Powers are made by the steps of a chain, so that no sum of them is deep and all are made in one order: power to is a times b. */
typedef struct step {
    unsigned char to, a, b;
} step;

/* A term n (7.1 - pi)^i (tau - 1.222)^j. */
typedef struct term {
    int i, j;
    double n;
} term;

enum { POSITIVE_MAX = 17, NEGATIVE_MAX = 42, PRESSURE_MAX = 32, N_TERMS = 34, FIRST_WITH_PRESSURE = 8 };

static const step positive_steps[] = {{2, 1, 1}, {3, 2, 1}, {4, 2, 2}, {5, 3, 2}, {6, 3, 3}, {8, 4, 4}, {9, 5, 4}, {10, 5, 5},
    {16, 8, 8}, {17, 9, 8}};
static const step negative_steps[] = {{2, 1, 1}, {3, 2, 1}, {4, 2, 2}, {5, 3, 2}, {6, 3, 3}, {7, 4, 3}, {8, 4, 4}, {9, 5, 4},
    {10, 5, 5}, {11, 6, 5}, {12, 6, 6}, {20, 10, 10}, {29, 20, 9}, {30, 20, 10}, {31, 20, 11}, {32, 20, 12}, {38, 29, 9},
    {39, 29, 10}, {40, 20, 20}, {41, 30, 11}, {42, 30, 12}};
static const step pressure_steps[] = {{2, 1, 1}, {3, 2, 1}, {4, 2, 2}, {5, 3, 2}, {7, 4, 3}, {8, 4, 4}, {16, 8, 8}, {20, 16, 4},
    {21, 16, 5}, {22, 20, 2}, {23, 20, 3}, {28, 20, 8}, {29, 21, 8}, {30, 22, 8}, {31, 23, 8}, {32, 16, 16}};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Table 2: coefficients and exponents of the Gibbs free energy of region 1. */
static const term terms[N_TERMS] = {
    {0, -2, 0.14632971213167e0},
    {0, -1, -0.84548187169114e0},
    {0, 0, -0.37563603672040e1},
    {0, 1, 0.33855169168385e1},
    {0, 2, -0.95791963387872e0},
    {0, 3, 0.15772038513228e0},
    {0, 4, -0.16616417199501e-1},
    {0, 5, 0.81214629983568e-3},
    {1, -9, 0.28319080123804e-3},
    {1, -7, -0.60706301565874e-3},
    {1, -1, -0.18990068218419e-1},
    {1, 0, -0.32529748770505e-1},
    {1, 1, -0.21841717175414e-1},
    {1, 3, -0.52838357969930e-4},
    {2, -3, -0.47184321073267e-3},
    {2, 0, -0.30001780793026e-3},
    {2, 1, 0.47661393906987e-4},
    {2, 3, -0.44141845330846e-5},
    {2, 17, -0.72694996297594e-15},
    {3, -4, -0.31679644845054e-4},
    {3, 0, -0.28270797985312e-5},
    {3, 6, -0.85205128120103e-9},
    {4, -5, -0.22425281908000e-5},
    {4, -2, -0.65171222895601e-6},
    {4, 10, -0.14341729937924e-12},
    {5, -8, -0.40516996860117e-6},
    {8, -11, -0.12734301741641e-8},
    {8, -6, -0.17424871230634e-9},
    {21, -29, -0.68762131295531e-18},
    {23, -31, 0.14478307828521e-19},
    {29, -38, 0.26335781662795e-22},
    {30, -39, -0.11947622640071e-22},
    {31, -40, 0.18228094581404e-23},
    {32, -41, -0.93537087292458e-25},
};

/* What belongs to exponent j stands at [NEGATIVE_MAX + j], for every j that a term or the derivative of one has. */
typedef struct by_exponent {
    double at[NEGATIVE_MAX + 1 + POSITIVE_MAX];
} by_exponent;

/* The powers of base at out[to], or with down those of 1 / base at out[-to]. */
static void raise(const step *steps, size_t n_steps, double base, bool down, double *out)
{
    int sign = down ? -1 : 1;
    out[sign] = down ? 1.0 / base : base;
    for (size_t i = 0; i < n_steps; i++) out[sign * steps[i].to] = out[sign * steps[i].a] * out[sign * steps[i].b];
}

static double temperature_k(int64_t micro_c)
{
    return (double)(micro_c + CELSIUS_0_MICRO_K) / 1e6;
}

/* tau - 1.222 */
static double shifted(double t_k)
{
    return T_STAR_K / t_k - T_SHIFT;
}

static void powers_of(double x, by_exponent *out)
{
    double *middle = out->at + NEGATIVE_MAX;
    middle[0] = 1.0;
    raise(positive_steps, COUNT(positive_steps), x, false, middle);
    raise(negative_steps, COUNT(negative_steps), x, true, middle);
}

/* (u^k - w^k) / (u - w) without a difference, times first: that of k = a + b is u^a times that of b, plus w^b times that of a. u and w are
 * above 0, and first is that of k = 1. */
static void differ(const step *steps, size_t n_steps, const double *u, const double *w, double first, int sign, double *out)
{
    out[sign] = first;
    for (size_t i = 0; i < n_steps; i++) {
        int a = sign * steps[i].a, b = sign * steps[i].b;
        out[sign * steps[i].to] = u[a] * out[b] + w[b] * out[a];
    }
}

/* (x^j - y^j) / (x - y); of a negative power it is -1/(xy) times that of 1/x and 1/y. */
static void slopes_of(const by_exponent *x, const by_exponent *y, by_exponent *out)
{
    const double *u = x->at + NEGATIVE_MAX, *w = y->at + NEGATIVE_MAX;
    double *middle = out->at + NEGATIVE_MAX;
    middle[0] = 0.0;
    differ(positive_steps, COUNT(positive_steps), u, w, 1.0, 1, middle);
    differ(negative_steps, COUNT(negative_steps), u, w, -(u[-1] * w[-1]), -1, middle);
}

static void pressure_powers(int64_t pressure_pa, double out[PRESSURE_MAX + 1])
{
    out[0] = 1.0;
    raise(pressure_steps, COUNT(pressure_steps), P_SHIFT - (double)pressure_pa / P_STAR_PA, false, out);
}

/* The derivative of gamma by pi (table 4). x: powers of tau - 1.222. */
static double gamma_pi(const double p[PRESSURE_MAX + 1], const by_exponent *x)
{
    double sum = 0.0;
    for (int k = FIRST_WITH_PRESSURE; k < N_TERMS; k++)
        sum += -terms[k].n * (double)terms[k].i * p[terms[k].i - 1] * x->at[NEGATIVE_MAX + terms[k].j];
    return sum;
}

/* The derivative of gamma by tau (table 4); with differences of powers in place of powers it is the mean slope of that between two
 * temperatures. */
static double gamma_tau(const double p[PRESSURE_MAX + 1], const by_exponent *x)
{
    double sum = 0.0;
    for (int k = 0; k < N_TERMS; k++) {
        if (terms[k].j == 0) continue;
        sum += terms[k].n * (double)terms[k].j * p[terms[k].i] * x->at[NEGATIVE_MAX + terms[k].j - 1];
    }
    return sum;
}

/* By Newton's steps from above, which fall until the last bit stands. value is above 0. */
static double root(double value)
{
    double above = value > 1.0 ? value : 1.0;
    for (;;) {
        double next = (above + value / above) / 2.0;
        if (next >= above) return above;
        above = next;
    }
}

/* The pressure at which water boils, by the saturation equation of region 4 (equations 29b and 30, table 34). */
static double saturation_pa(double t_k)
{
    double theta = t_k - 0.23855557567849 / (t_k - 0.65017534844798e3);
    double a = (theta + 0.11670521452767e4) * theta - 0.72421316703206e6;
    double b = (-0.17073846940092e2 * theta + 0.12020824702470e5) * theta - 0.32325550322333e7;
    double c = (0.14915108613530e2 * theta - 0.48232657361591e4) * theta + 0.40511340542057e6;
    double beta = 2.0 * c / (root(b * b - 4.0 * a * c) - b);
    return beta * beta * beta * beta * 1e6;
}

/* Up to 100 degrees Celsius water is liquid at 0.1015 MPa already (saturation there: 0.10142), up to 180 at 1.003 MPa (1.00263). */
static bool is_surely_liquid(double t_k, int64_t pressure_pa)
{
    return (t_k <= 373.15 && pressure_pa >= 101500) || (t_k <= 453.15 && pressure_pa >= 1003000);
}

static mbill__water_state state_of(double t_k, int64_t pressure_pa)
{
    if (!(t_k >= MIN_T_K && t_k <= MAX_T_K) || pressure_pa <= 0 || pressure_pa > MBILL__WATER_PRESSURE_MAX_PA)
        return MBILL__WATER_OUTSIDE;
    if (is_surely_liquid(t_k, pressure_pa) || (double)pressure_pa >= saturation_pa(t_k)) return MBILL__WATER_LIQUID;
    return MBILL__WATER_STEAM;
}

static bool is_in_range(int64_t temperature_micro_c)
{
    return temperature_micro_c >= 0 && temperature_micro_c <= MBILL__WATER_HOTTEST_MICRO_C;
}

/* To the nearest whole number, a half away from zero. |value| is below 2^53. */
static int64_t whole(double value)
{
    return value < 0.0 ? -(int64_t)(0.5 - value) : (int64_t)(value + 0.5);
}

mbill__water_state mbill__water_properties(int64_t temperature_micro_c, int64_t pressure_pa, int64_t *volume_pico,
    int64_t *enthalpy_nano)
{
    by_exponent x;
    double p[PRESSURE_MAX + 1];
    if (!is_in_range(temperature_micro_c)) return MBILL__WATER_OUTSIDE;
    double t_k = temperature_k(temperature_micro_c);
    mbill__water_state state = state_of(t_k, pressure_pa);
    if (state != MBILL__WATER_LIQUID) return state;
    powers_of(shifted(t_k), &x);
    pressure_powers(pressure_pa, p);
    /* Table 3: v = R T / p pi gamma_pi, where p / pi is the reducing pressure; h = R T tau gamma_tau, where T tau is the reducing
     * temperature. kJ are 1000 J, and J/Pa are m3. */
    *volume_pico = whole(R_KJ_PER_KG_K * 1e3 * t_k * gamma_pi(p, &x) / P_STAR_PA * PICO);
    *enthalpy_nano = whole(R_KJ_PER_KG_K * T_STAR_K * gamma_tau(p, &x) * NANO);
    return state;
}

/* k = (h1 - h2) / (T1 - T2) / v. With h and v as above and tau1 - tau2 = -T* (T1 - T2) / (T1 T2), R goes out of it, and the difference of
 * temperatures as well: no digit is lost where they are close. In J/(m3 K). */
static double coefficient_j(double first_k, double second_k, bool at_first, int64_t pressure_pa)
{
    by_exponent first, second, slopes;
    double p[PRESSURE_MAX + 1];
    pressure_powers(pressure_pa, p);
    powers_of(shifted(first_k), &first);
    powers_of(shifted(second_k), &second);
    slopes_of(&first, &second, &slopes);
    double at_k = at_first ? first_k : second_k, to_volume = gamma_pi(p, at_first ? &first : &second);
    return -T_STAR_K * T_STAR_K * P_STAR_PA * gamma_tau(p, &slopes) / (first_k * second_k * at_k * to_volume);
}

mbill__water_state mbill__water_coefficient(int64_t first_micro_c, int64_t second_micro_c, bool at_first, int64_t pressure_pa,
    int64_t *kwh_pico, int64_t *mj_pico)
{
    if (!is_in_range(first_micro_c) || !is_in_range(second_micro_c)) return MBILL__WATER_OUTSIDE;
    double first_k = temperature_k(first_micro_c), second_k = temperature_k(second_micro_c);
    mbill__water_state state = state_of(first_k > second_k ? first_k : second_k, pressure_pa);
    if (state != MBILL__WATER_LIQUID) return state;
    double k_j = coefficient_j(first_k, second_k, at_first, pressure_pa);
    *kwh_pico = whole(k_j / 3.6e6 * PICO);
    *mj_pico = whole(k_j / 1e6 * PICO);
    return state;
}

/* ---- a table for one pressure ---- */

enum { SEGMENTS = 400, DEGREE = 4, NODES = DEGREE + 1 };
#define SEGMENT_MICRO_C INT64_C(500000)
#define LEAST_DIFFERENCE_MICRO_K 20000
#define EXACT_MAX 9e15 /* whole numbers up to here are doubles */

struct mbill__water_table {
    int64_t end_micro_c;              /* temperatures below this are in the table */
    double enthalpy[SEGMENTS][NODES]; /* kJ/kg; by the powers of what is -1 to 1 in the segment */
    double density[SEGMENTS][NODES];  /* kg/m3 */
};

size_t mbill__water_table_size(void)
{
    return sizeof(mbill__water_table);
}

/* The polynomial through values at the nodes -1, -1/2, 0, 1/2, 1, as coefficients of the powers. */
static void through(const double at[NODES], double out[NODES])
{
    double odd_far = (at[4] - at[0]) / 2.0, odd_near = (at[3] - at[1]) / 2.0;
    double even_far = (at[4] + at[0]) / 2.0 - at[2], even_near = (at[3] + at[1]) / 2.0 - at[2];
    out[0] = at[2];
    out[1] = (8.0 * odd_near - odd_far) / 3.0;
    out[2] = (16.0 * even_near - even_far) / 3.0;
    out[3] = (4.0 * odd_far - 8.0 * odd_near) / 3.0;
    out[4] = (4.0 * even_far - 16.0 * even_near) / 3.0;
}

bool mbill__water_table_fill(mbill__water_table *table, int64_t pressure_pa)
{
    double p[PRESSURE_MAX + 1];
    table->end_micro_c = 0;
    if (pressure_pa <= 0 || pressure_pa > MBILL__WATER_PRESSURE_MAX_PA) return false;
    pressure_powers(pressure_pa, p);
    for (int64_t i = 0; i < SEGMENTS; i++) {
        double enthalpy[NODES], density[NODES];
        if (state_of(temperature_k((i + 1) * SEGMENT_MICRO_C), pressure_pa) != MBILL__WATER_LIQUID) break;
        for (int64_t node = 0; node < NODES; node++) {
            by_exponent x;
            double t_k = temperature_k(i * SEGMENT_MICRO_C + node * SEGMENT_MICRO_C / DEGREE);
            powers_of(shifted(t_k), &x);
            enthalpy[node] = R_KJ_PER_KG_K * T_STAR_K * gamma_tau(p, &x);
            density[node] = P_STAR_PA / (R_KJ_PER_KG_K * 1e3 * t_k * gamma_pi(p, &x));
        }
        through(enthalpy, table->enthalpy[i]);
        through(density, table->density[i]);
        table->end_micro_c = (i + 1) * SEGMENT_MICRO_C;
    }
    return true;
}

static double value_of(const double of[NODES], double x)
{
    return (((of[4] * x + of[3]) * x + of[2]) * x + of[1]) * x + of[0];
}

bool mbill__water_table_energy(const mbill__water_table *table, int64_t volume_micro_m3, int64_t first_micro_c,
    int64_t second_micro_c, bool at_first, bool in_mj, int64_t *energy_micro)
{
    int64_t difference = first_micro_c - second_micro_c;
    if (first_micro_c < 0 || first_micro_c >= table->end_micro_c || second_micro_c < 0 || second_micro_c >= table->end_micro_c)
        return false;
    if (difference > -LEAST_DIFFERENCE_MICRO_K && difference < LEAST_DIFFERENCE_MICRO_K) return false;
    int64_t first = first_micro_c / SEGMENT_MICRO_C, second = second_micro_c / SEGMENT_MICRO_C;
    double x = (double)(2 * (first_micro_c - first * SEGMENT_MICRO_C) - SEGMENT_MICRO_C) / 5e5;
    double y = (double)(2 * (second_micro_c - second * SEGMENT_MICRO_C) - SEGMENT_MICRO_C) / 5e5;
    double rise = value_of(table->enthalpy[first], x) - value_of(table->enthalpy[second], y);
    double density = at_first ? value_of(table->density[first], x) : value_of(table->density[second], y);
    double energy = (double)volume_micro_m3 * density * rise / (in_mj ? 1e3 : 3.6e3);
    if (!(energy > -EXACT_MAX && energy < EXACT_MAX)) return false;
    *energy_micro = whole(energy);
    return true;
}
