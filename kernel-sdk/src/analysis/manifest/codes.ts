/** Problems of a manifest that its text alone does not show. */
export const PROJECT_CODES = {
  'unknown-library': 'The kernel has no library of this name.',
  'unknown-option': 'No Config.uk of the tree declares this option.',
  'option-value': 'The value is none that an option of this type can have.',
  'option-range': 'The number is outside of the range that the option has.',
  'option-off': 'The option is switched on and stays off, because what it depends on is off.',
  'unmet-dependencies': 'An option selects another one whose dependencies are not met.',
  'several-manifests': 'The folder has another manifest, and tools take none of them unless one is named.',
  'missing-file': 'The file or folder that the manifest names does not exist.',
  'outside-workspace': 'The path leads out of the folders that are open.',
} as const;
