namespace DaprMemory.Core.Search;

/// <summary>Porter's stemmer for English (M. F. Porter, "An algorithm for suffix stripping", 1980): "connected" and "connections" are both "connect".</summary>
internal ref struct PorterStemmer
{
    readonly Span<char> _word;
    int _length;

    PorterStemmer(Span<char> word, int length)
    {
        _word = word;
        _length = length;
    }

    /// <summary>The stem of a word in lower case; a word that is not of the letters a–z is its own.</summary>
    public static string Stem(string word)
    {
        if (word.Length is < 3 or > 60)
            return word;
        foreach (var letter in word)
        {
            if (letter is < 'a' or > 'z')
                return word;
        }
        // Step 1b can write one letter behind what it cut, never more than the word had.
        Span<char> letters = stackalloc char[64];
        word.CopyTo(letters);
        var stemmer = new PorterStemmer(letters, word.Length);
        stemmer.Run();
        var stem = letters[..stemmer._length];
        return stem.SequenceEqual(word) ? word : stem.ToString();
    }

    void Run()
    {
        Plurals();
        PastAndProgressive();
        if (Ends("y", out var stem) && HasVowel(stem))
            _word[_length - 1] = 'i';
        Replace(DoubleSuffixes);
        Replace(Suffixes);
        Residual();
        FinalLetters();
    }

    // Step 1a.
    void Plurals()
    {
        if (_word[_length - 1] != 's')
            return;
        if (Ends("sses", out _) || Ends("ies", out _))
            _length -= 2;
        else if (_word[_length - 2] != 's')
            _length--;
    }

    // Step 1b.
    void PastAndProgressive()
    {
        if (Ends("eed", out var stem))
        {
            if (Measure(stem) > 0)
                _length--;
            return;
        }
        if (!(Ends("ed", out stem) || Ends("ing", out stem)) || !HasVowel(stem))
            return;
        _length = stem;
        if (Ends("at", out _) || Ends("bl", out _) || Ends("iz", out _))
            _word[_length++] = 'e';
        else if (EndsInDouble(_length))
            _length -= _word[_length - 1] is 'l' or 's' or 'z' ? 0 : 1;
        else if (Measure(_length) == 1 && EndsInCvc(_length))
            _word[_length++] = 'e';
    }

    // Step 2.
    static readonly (string Suffix, string With)[] DoubleSuffixes =
    [
        ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("abli", "able"), ("alli", "al"),
        ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"),
        ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
    ];

    // Step 3.
    static readonly (string Suffix, string With)[] Suffixes =
        [("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

    // Step 4.
    static readonly string[] Residuals =
    [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti", "ous", "ive", "ize",
    ];

    void Replace((string Suffix, string With)[] rules)
    {
        foreach (var (suffix, with) in rules)
        {
            if (!Ends(suffix, out var stem))
                continue;
            if (Measure(stem) > 0)
            {
                with.CopyTo(_word[stem..]);
                _length = stem + with.Length;
            }
            return;
        }
    }

    void Residual()
    {
        foreach (var suffix in Residuals)
        {
            if (!Ends(suffix, out var stem))
                continue;
            if (Measure(stem) > 1 && (suffix != "ion" || stem > 0 && _word[stem - 1] is 's' or 't'))
                _length = stem;
            return;
        }
    }

    // Step 5.
    void FinalLetters()
    {
        if (Ends("e", out var stem) && (Measure(stem) is var measure && measure > 1 || measure == 1 && !EndsInCvc(stem)))
            _length = stem;
        if (_word[_length - 1] == 'l' && EndsInDouble(_length) && Measure(_length) > 1)
            _length--;
    }

    readonly bool Ends(string suffix, out int stem)
    {
        stem = _length - suffix.Length;
        return stem > 0 && _word[stem.._length].SequenceEqual(suffix);
    }

    readonly bool IsConsonant(int i) => _word[i] switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' => false,
        'y' => i == 0 || !IsConsonant(i - 1),
        _ => true,
    };

    /// <summary>How often a vowel is followed by a consonant.</summary>
    readonly int Measure(int length)
    {
        var measure = 0;
        for (var i = 1; i < length; i++)
            measure += !IsConsonant(i - 1) && IsConsonant(i) ? 1 : 0;
        return measure;
    }

    readonly bool HasVowel(int length)
    {
        for (var i = 0; i < length; i++)
        {
            if (!IsConsonant(i))
                return true;
        }
        return false;
    }

    readonly bool EndsInDouble(int length) => length > 1 && _word[length - 1] == _word[length - 2] && IsConsonant(length - 1);

    readonly bool EndsInCvc(int length) =>
        length > 2 && IsConsonant(length - 3) && !IsConsonant(length - 2) && IsConsonant(length - 1) && _word[length - 1] is not ('w' or 'x' or 'y');
}
