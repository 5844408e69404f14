/** Options that several commands share. */
package org.nextscale.cli.internal.option;
