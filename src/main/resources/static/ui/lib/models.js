import { get, post, query } from './api.js';
import { field, select } from './dom.js';

const NEW = 'new:';

/** Lets a model be chosen among those registered, and the architectures that can be registered under their own names. */
export async function modelField(chosen) {
  const [models, architectures] = await Promise.all([get(query('/models', { size: 500 })), get('/architectures')]);
  const names = models.items.map(model => model.name);
  const input = select('model', [
    ...names.map(name => [name, name]),
    ...architectures.items.filter(one => !names.includes(one.name)).map(one => [NEW + one.name, `${one.name} (new)`])], chosen);
  const isNew = () => input.value.startsWith(NEW);
  const name = () => input.value.replace(NEW, '');
  return {
    element: field('Model', input),
    name,
    isNew,
    register: async () => {
      if (!isNew()) return;
      await post('/models', { name: name(), architecture: name() });
      const option = input.selectedOptions[0];
      const registered = name();
      option.value = registered;
      option.textContent = registered;
    },
  };
}
