using System.Globalization;
using System.Text;
using DaprMemory.Core.Embeddings;

namespace DaprMemory.Core.Search;

/// <summary>
/// Cuts a text of any language into words: letters and digits by Unicode's categories, in compatibility form and folded. Scripts that are written without spaces give
/// each letter and each pair of neighbours. Numbers stay, "14th" is "14", "1,000" is "1000".
/// </summary>
internal sealed class Tokenizer
{
    // What is longer is no word; its beginning stands for it.
    const int LongestWord = 128;

    readonly StringBuilder _word = new();
    readonly List<Token> _tokens = [];
    int _start;
    int _end;
    bool _isCapitalised;
    bool _isDense;
    bool _opensSentence = true;
    bool _hasWords;
    int _sentences;
    int _questions;

    Tokenizer()
    {
    }

    public static TokenizedText Read(string text)
    {
        text = CompatibilityForm.Normalize(text);
        var tokenizer = new Tokenizer();
        tokenizer.ReadAll(text);
        return new TokenizedText(text, tokenizer._tokens, tokenizer._sentences, tokenizer._questions);
    }

    void ReadAll(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length;)
        {
            Rune.DecodeFromUtf16(text[i..], out var rune, out var length);
            var next = text[(i + length)..];
            if (IsWordPart(rune))
                AppendLetter(rune, i, i + length);
            else if (IsInsideWord(rune, next))
                _word.Append(rune.Value == '’' ? '\'' : (char)rune.Value);
            else
                EndWord(rune);
            i += length;
        }
        EndWord(new Rune('\n'));
        EndSentence(isQuestion: false);
    }

    static bool IsWordPart(Rune rune) => Rune.GetUnicodeCategory(rune)
        is <= UnicodeCategory.OtherLetter
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    // An apostrophe before a letter, a point or comma between digits.
    bool IsInsideWord(Rune rune, ReadOnlySpan<char> next) => _word.Length > 0 && next.Length > 0 && !_isDense && rune.Value switch
    {
        '\'' or '’' => char.IsLetter(next[0]),
        '.' => char.IsAsciiDigit(_word[^1]) && char.IsAsciiDigit(next[0]),
        ',' => char.IsAsciiDigit(_word[^1]) && next.Length >= 3 && char.IsAsciiDigit(next[0]) && char.IsAsciiDigit(next[1]) && char.IsAsciiDigit(next[2]),
        _ => false,
    };

    void AppendLetter(Rune rune, int start, int end)
    {
        var isDense = IsDense(rune);
        if (_word.Length > 0 && isDense != _isDense)
            Flush();
        if (_word.Length == 0)
        {
            _start = start;
            _isCapitalised = Rune.IsUpper(rune);
            _isDense = isDense;
        }
        _end = end;
        if (_word.Length >= LongestWord && !_isDense)
            return;
        if (Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber)
        {
            _word.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
            return;
        }
        var lower = Rune.ToLowerInvariant(rune);
        if (lower.IsAscii)
            _word.Append((char)lower.Value);
        else if (!lower.IsBmp)
            _word.Append(lower.ToString());
        else
            AppendFolded((char)lower.Value);
    }

    void AppendFolded(char letter)
    {
        if (LetterFolding.IsAccent(letter))
            return;
        if (LetterFolding.Fold(letter) is { } plain)
            _word.Append(plain);
        else
            _word.Append(letter);
    }

    void EndWord(Rune end)
    {
        Flush();
        if (end.Value is '.' or '!' or '?' or '\n' or '。' or '؟' or '।')
            EndSentence(end.Value is '?' or '؟');
    }

    void EndSentence(bool isQuestion)
    {
        if (_hasWords)
        {
            _sentences++;
            _questions += isQuestion ? 1 : 0;
        }
        _hasWords = false;
        _opensSentence = true;
    }

    void Flush()
    {
        if (_word.Length == 0)
            return;
        if (_isDense)
            FlushDense();
        else
            Add(Plain(_word));
        _word.Clear();
        _isDense = false;
    }

    void FlushDense()
    {
        string? before = null;
        foreach (var rune in _word.ToString().EnumerateRunes())
        {
            var letter = rune.ToString();
            Add(letter);
            if (before is not null)
                Add(before + letter);
            before = letter;
        }
    }

    void Add(string word)
    {
        if (word.Length == 0)
            return;
        _tokens.Add(new Token(word, _start, _end, _isCapitalised, _opensSentence));
        _opensSentence = false;
        _hasWords = true;
    }

    // Without the possessive, apostrophes, and the ending of an ordinal.
    static string Plain(StringBuilder word)
    {
        if (word.Length > 2 && word[^1] == 's' && word[^2] == '\'')
            word.Length -= 2;
        word.Replace("'", "").Replace(",", "");
        if (word.Length > 2 && char.IsAsciiDigit(word[0]) && char.IsAsciiDigit(word[^3]) && (word[^2], word[^1]) is ('s', 't') or ('n', 'd') or ('r', 'd') or ('t', 'h'))
            word.Length -= 2;
        return word.ToString();
    }

    /// <summary>Whether it belongs to a script that is written without spaces, or whose words carry their particles with them.</summary>
    static bool IsDense(Rune rune) => rune.Value
        is >= 0x0e00 and <= 0x0eff // Thai, Lao
        or >= 0x1000 and <= 0x109f or >= 0x1780 and <= 0x17ff // Myanmar, Khmer
        or >= 0x3040 and <= 0x31ff or >= 0x3400 and <= 0x9fff or >= 0xf900 and <= 0xfaff // kana, bopomofo, Han
        or >= 0xac00 and <= 0xd7af // Hangul
        or >= 0x20000 and <= 0x3ffff;
}
