/** Property tests start from one seed, so that a run can be repeated; `SEED=random` looks further. */
import { configureGlobal } from 'fast-check';

const { SEED = '20261124' } = process.env;
configureGlobal(SEED === 'random' ? {} : { seed: Number(SEED) });
