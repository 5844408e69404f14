/** Commands that train. */
package org.nextscale.cli.internal.command.training;
