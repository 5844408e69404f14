/** Commands about this machine and what is plugged in. */
package org.nextscale.cli.internal.command.machine;
