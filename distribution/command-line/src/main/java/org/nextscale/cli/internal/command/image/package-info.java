/** Commands that make, change and read images. */
package org.nextscale.cli.internal.command.image;
