/** Every problem that an analysis can find: its stable code, what it means, and where more is said about it. */
import { KCONFIG_CODES } from '../kconfig';
import { MANIFEST_CODES } from '../manifest';
import { C_CODES } from './c/codes';
import { EXPORTS_CODES } from './exports/codes';
import { MAKEFILE_CODES } from './makefile';
import { PROJECT_CODES } from './manifest/codes';
import { TYPESCRIPT_CODES } from './typescript/codes';

/** Problems that any file can have. */
const FILE_CODES = {
  'too-many-problems': 'The file has more problems than are shown.',
  unbuildable: 'Nothing is wrong with the files, and yet no image can be made for this target.',
} as const;

export const CODES: Readonly<Record<string, string>> = {
  ...FILE_CODES,
  ...MANIFEST_CODES,
  ...PROJECT_CODES,
  ...MAKEFILE_CODES,
  ...EXPORTS_CODES,
  ...C_CODES,
  ...TYPESCRIPT_CODES,
  ...KCONFIG_CODES,
};

/** The page that explains a code. */
export function documentationOf(code: string): string {
  return `https://github.com/unikernel-tools/unikernel-tools/blob/main/server/README.md#${code}`;
}
