package org.nextscale.evaluation;

/** Is told how far an evaluation is, on its thread. */
@FunctionalInterface
public interface EvaluationProgress {
    /** For those who do not want to know. */
    EvaluationProgress NONE = (what, done, most) -> {};

    /**
     * @param what is being done, in words
     * @param done so far
     * @param most of at most so many
     */
    void done(String what, long done, long most);
}
