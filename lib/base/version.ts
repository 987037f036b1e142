/** Version of the toolkit, the one in `deno.json`. */
export const VERSION = "0.1.0";
