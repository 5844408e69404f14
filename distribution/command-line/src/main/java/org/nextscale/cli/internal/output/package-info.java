/** What commands leave behind: image files, what stands in them, progress and timing. */
package org.nextscale.cli.internal.output;
