/**
 * The command {@code nextscale}: {@link org.nextscale.cli.internal.Program} runs one command line in a
 * {@link org.nextscale.cli.internal.session.Session}. To add a command, write its class in {@code command} and name it in
 * {@link org.nextscale.cli.internal.Commands}.
 */
package org.nextscale.cli.internal;
