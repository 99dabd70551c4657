// Imported before all else: chalk decides when it is loaded whether there are colours, and does not know NO_COLOR
// (no-color.org). The variable is not left behind, since programs that we start would see it.

export const hasColour = !process.env.NO_COLOR && process.env.TERM !== 'dumb';
export const before = process.env.FORCE_COLOR;
if (!hasColour) process.env.FORCE_COLOR = '0';
