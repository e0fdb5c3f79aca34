/** project/: a folder in, a {@link Project} out. The one room that reads workspace files. */
export * from './model';
