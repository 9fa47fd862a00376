declare const SCALEREADY_VERSION: string | undefined;

/** The version of the product; put in by the build. */
export const version = typeof SCALEREADY_VERSION === 'string' ? SCALEREADY_VERSION : '0.0.0-dev';
