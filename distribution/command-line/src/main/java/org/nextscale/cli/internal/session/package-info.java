/** One run of the command line: what it may use, what was configured, where it prints. */
package org.nextscale.cli.internal.session;
