// SPDX-License-Identifier: Apache-2.0
// split_vs_dinero: one total over 64k units by dinero.js (node peers.mjs BENCH_SPLIT, with dinero.js in node_modules) beside bench_split in the same
// run: one JSON object. The weights are those that bench_split draws; what dinero hands out is seen to add up.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const load = async (name) => import(pathToFileURL(createRequire(process.cwd() + '/').resolve(name)));
const { dinero, allocate, toSnapshot } = await load('dinero.js');
const UNITS = 65536, ROUNDS = 7;

const weights = [];
for (let i = 0, state = 20240229; i < UNITS; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    weights.push(200000 + (state >>> 10));
}

const currency = { code: 'EUR', base: 10, exponent: 2 };
const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];
const theirs = [], ours = [];
for (let round = 0; round < ROUNDS; round++) {
    const total = 123456789 + round;
    const start = process.hrtime.bigint();
    const parts = allocate(dinero({ amount: total, currency }), weights);
    theirs.push(Number(process.hrtime.bigint() - start));
    if (parts.reduce((sum, part) => sum + toSnapshot(part).amount, 0) !== total) throw new Error('dinero: the parts do not add up');
    ours.push(Number(execFileSync(process.argv[2], ['peer', String(UNITS)])));
}
const [value, against] = [median(ours), median(theirs)];
console.log(JSON.stringify({ name: 'split_vs_dinero', value: +(value / UNITS).toFixed(2), unit: 'ns/unit', units: UNITS,
    against: `dinero.js, ${(against / UNITS).toFixed(0)} ns/unit`, ratio: +(against / value).toFixed(1) }));
