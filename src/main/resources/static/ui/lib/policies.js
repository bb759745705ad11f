import { field, h, select } from './dom.js';

/** The policies by name, with the parameters that they take and the defaults of those: a list of choices begins with its own. */
export const POLICIES = {
  top: {},
  bottom: {},
  window: { skip: 0.1 },
  random: {},
  calibrated: { alpha: 0.5, calibration: ['exact', 'soft'] },
  'class-balanced': { quota: ['proportional', 'equal'] },
  'class-standardized': {},
  sampled: { standardized: ['false', 'true'] },
  stratified: { mislabel: '' },
};

/** Inputs for the parameters of a policy. */
export function parameterFields(policy) {
  return Object.entries(POLICIES[policy]).map(([name, value]) => field(name, Array.isArray(value)
    ? select(name, value, value[0])
    : h('input', { type: 'number', name, value, min: 0, max: 1, step: 0.01 })));
}

/** The parameters that are filled in within an element, as texts. */
export function parametersIn(element) {
  return Object.fromEntries([...element.querySelectorAll('input:not([type=checkbox]), select')]
    .map(input => [input.name, input.value]).filter(([, value]) => value !== ''));
}

/** The same as JSON has them. */
export function typed(parameters) {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name,
    name === 'standardized' ? value === 'true' : Number.isFinite(Number(value)) ? Number(value) : value]));
}
