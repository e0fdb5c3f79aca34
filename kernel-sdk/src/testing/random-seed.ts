/** Random tests try the same cases each time, so that a change is told by its own faults; at night, others. */
import fc from 'fast-check';

const { FUZZ_SEED } = process.env;
fc.configureGlobal({ seed: FUZZ_SEED === undefined ? 20_261_126 : Number(FUZZ_SEED) });
