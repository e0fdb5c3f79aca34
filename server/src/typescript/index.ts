/** TypeScript files: what they say about libraries; the rest is other extensions'. */
import type { Language } from '../language';

export const typescript: Language = { ids: ['typescript'] };
