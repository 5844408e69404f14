package org.nextscale.benchmarks.quality;

import java.nio.file.Path;
import org.nextscale.api.InvalidInputException;
import org.nextscale.benchmarks.NamedOptions;

/** What to compare, and on how much; {@link #USAGE} says what each option means. */
final class StudyOptions {
    static final String USAGE = """
            quality [OPTIONS]
              --reference CHOICE  the backend to measure by (default onnx)
              --candidate CHOICE  the backend that is measured (default onnx:precision=int8)
              --boxed FOLDER      the model that makes images; 32 px and the classes of Fashion-MNIST
              --large FOLDER      the model whose logits are compared (default a var_d16 with random weights, made on
                                  first use)
              --images N          images of each class (default 1000)
              --batch N           images made together (default 25)
              --forced N          images of the large model (default 4)
              --epochs N          of the classifier's training (default 4)
              --seed N            of noise, codes and classifier (default 1)
              --data FOLDER       Fashion-MNIST's four files (default /usr/share/datasets/fashion-mnist, where Debian's
                                  package dataset-fashion-mnist puts them)""";

    String reference = "onnx";
    String candidate = "onnx:precision=int8";
    Path boxed;
    Path large;
    int images = 1000;
    int batch = 25;
    int forced = 4;
    int epochs = 4;
    int seed = 1;
    Path data = FashionMnist.DEBIAN;

    static StudyOptions parse(String... arguments) {
        StudyOptions options = new StudyOptions();
        NamedOptions.forEach(arguments, USAGE, options::set);
        if (options.boxed == null) {
            throw new InvalidInputException("--boxed is missing: say which model makes the images\n" + USAGE);
        }
        return options;
    }

    private void set(String name, String value) {
        switch (name) {
            case "--reference" -> reference = value;
            case "--candidate" -> candidate = value;
            case "--boxed" -> boxed = Path.of(value);
            case "--large" -> large = Path.of(value);
            case "--images" -> images = NamedOptions.positive(name, value);
            case "--batch" -> batch = NamedOptions.positive(name, value);
            case "--forced" -> forced = NamedOptions.positive(name, value);
            case "--epochs" -> epochs = NamedOptions.positive(name, value);
            case "--seed" -> seed = NamedOptions.positive(name, value);
            case "--data" -> data = Path.of(value);
            default -> throw new InvalidInputException("unknown option " + name + "\n" + USAGE);
        }
    }
}
