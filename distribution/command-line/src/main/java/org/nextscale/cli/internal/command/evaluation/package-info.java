/** Commands that measure images. */
package org.nextscale.cli.internal.command.evaluation;
